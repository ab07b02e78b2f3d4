"""The steps of a product's own workflow, in whichever jobs they stand."""

from release.channels.receiver import ACTION, CHECKOUT, PINNED

SETTINGS = f"""\
      - uses: {CHECKOUT}
        with:
          sparse-checkout: invoke.yaml
          sparse-checkout-cone-mode: false
          persist-credentials: false
"""
EXTRACTED = f"""\
      - name: Extract the release
        id: extract
        uses: {ACTION}@{PINNED}
        with:
          task: release.extract
          report: release.extract.json
          arguments: |
            --json
            ${{{{ inputs.version && format('--version={{0}}', inputs.version) || '' }}}}
            ${{{{ inputs.dry_run && '--dry-run' || '' }}}}
            ${{{{ github.event_name == 'release' && '--wait=30' || '' }}}}
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
"""
VALIDATED = f"""\
      - name: Validate the release
        if: steps.extract.outputs.version != '' # empty where the release is another product's
        uses: {ACTION}@{PINNED}
        with:
          task: release.validate
          report: release.validate.json
          arguments: |
            --json
            --no-tokens
            --release=release.extract.json
            ${{{{ inputs.sha256 && format('--sha256={{0}}', inputs.sha256) || '' }}}}
            ${{{{ inputs.dry_run && '--dry-run' || '' }}}}
        env:
          GITHUB_TOKEN: ${{{{ github.token }}}}
"""
NOTIFYING = f"""\
        uses: {ACTION}@{PINNED}
        with:
          task: notify.result
          arguments: |
            --results=results
            ${{{{ inputs.dry_run && '--dry-run' || '' }}}}
"""

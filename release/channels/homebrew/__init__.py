"""A formula of a Homebrew tap."""

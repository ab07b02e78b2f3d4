$ErrorActionPreference = 'Stop'
# was https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl
$toolsDir = "$(Split-Path -Parent $MyInvocation.MyCommand.Definition)"

$packageArgs = @{
  packageName    = $env:ChocolateyPackageName
  FileFullPath   = Join-Path $toolsDir 'kekkai-0.0.1-py3-none-any.whl'
  Url64bit       = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl'   # the wheel
  Checksum64     = '225e9d4c253890df8f76e931ab4b3a1e321a8b850e94a88854fa071734c84d15'
  ChecksumType64 = 'sha256'
}

Get-ChocolateyWebFile @packageArgs
python -m pip install "$toolsDir\kekkai-0.0.1-py3-none-any.whl"

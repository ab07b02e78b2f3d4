$ErrorActionPreference = 'Stop'
# was https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl
$toolsDir = "$(Split-Path -Parent $MyInvocation.MyCommand.Definition)"

$packageArgs = @{
  packageName    = $env:ChocolateyPackageName
  FileFullPath   = Join-Path $toolsDir 'kekkai-0.0.2-py3-none-any.whl'
  Url64bit       = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-py3-none-any.whl'   # the wheel
  Checksum64     = '25b715dd5fa95f6686873bdafc6fb60330e7c121ccd51416965ef56bba34665e'
  ChecksumType64 = 'sha256'
}

Get-ChocolateyWebFile @packageArgs
python -m pip install "$toolsDir\kekkai-0.0.2-py3-none-any.whl"

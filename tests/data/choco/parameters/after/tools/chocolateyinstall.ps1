Get-ChocolateyWebFile -PackageName kekkai `
  -FILEFULLPATH "$toolsDir\kekkai.whl" `
  -URL64BIT:'https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-py3-none-any.whl' `
  -CHECKSUM64 25b715dd5fa95f6686873bdafc6fb60330e7c121ccd51416965ef56bba34665e `
  -ChecksumType64 'sha256' # 0.0.1

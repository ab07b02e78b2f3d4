Get-ChocolateyWebFile -PackageName kekkai `
  -FILEFULLPATH "$toolsDir\kekkai.whl" `
  -URL64BIT:'https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl' `
  -CHECKSUM64 225e9d4c253890df8f76e931ab4b3a1e321a8b850e94a88854fa071734c84d15 `
  -ChecksumType64 'sha256' # 0.0.1

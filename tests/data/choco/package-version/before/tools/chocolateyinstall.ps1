$v = $env:ChocolateyPackageVersion
$packageArgs = @{
  url          = "https://github.com/kademoslabs/kekkai/releases/download/v$v/kekkai-$v-py3-none-any.whl"
  checksum     = "225e9d4c253890df8f76e931ab4b3a1e321a8b850e94a88854fa071734c84d15"
  checksumType = 'sha256'
}
Get-ChocolateyWebFile @packageArgs

$v = $env:ChocolateyPackageVersion
$packageArgs = @{
  url          = "https://github.com/kademoslabs/kekkai/releases/download/v$v/kekkai-$v-py3-none-any.whl"
  checksum     = "25b715dd5fa95f6686873bdafc6fb60330e7c121ccd51416965ef56bba34665e"
  checksumType = 'sha256'
}
Get-ChocolateyWebFile @packageArgs

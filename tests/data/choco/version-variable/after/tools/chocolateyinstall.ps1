$version  = '0.0.2'
$base     = 'https://github.com/kademoslabs/kekkai/releases/download'
$url64    = "$base/v$version/kekkai-${version}-py3-none-any.whl"
$checksum64 = '25b715dd5fa95f6686873bdafc6fb60330e7c121ccd51416965ef56bba34665e'
$note = @'
kekkai 0.0.2's "old" notes
'@
Get-ChocolateyWebFile 'kekkai' "$env:TEMP\kekkai.whl" -Url64bit $url64 -Checksum64 $checksum64 -ChecksumType64 sha256

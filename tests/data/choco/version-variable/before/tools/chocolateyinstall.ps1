$version  = '0.0.1'
$base     = 'https://github.com/kademoslabs/kekkai/releases/download'
$url64    = "$base/v$version/kekkai-${version}-py3-none-any.whl"
$checksum64 = '225e9d4c253890df8f76e931ab4b3a1e321a8b850e94a88854fa071734c84d15'
$note = @'
kekkai 0.0.1's "old" notes
'@
Get-ChocolateyWebFile 'kekkai' "$env:TEMP\kekkai.whl" -Url64bit $url64 -Checksum64 $checksum64 -ChecksumType64 sha256

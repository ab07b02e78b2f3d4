$Url = "https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-py3-none-any.whl"
$CheckSum = "25b715dd5fa95f6686873bdafc6fb60330e7c121ccd51416965ef56bba34665e"
$checksumType = "SHA256"
Install-ChocolateyPackage -PackageName 'kekkai' -Url $Url -Checksum $CheckSum -ChecksumType $checksumType

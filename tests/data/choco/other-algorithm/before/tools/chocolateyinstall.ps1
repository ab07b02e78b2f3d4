$packageArgs = @{
  url          = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-py3-none-any.whl'
  checksum     = '1630b18cc0aac7c58e30d0476ffb28bb5ba3853961d63f6632eb61c7875ab48bed23b6b78af708529456f925e81241f1d2c00773c37fd4a32f1c4177996e7435'
  checksumType = 'sha512'
}
$packageArgs.softwareName = 'kekkai*'
Install-ChocolateyZipPackage @packageArgs

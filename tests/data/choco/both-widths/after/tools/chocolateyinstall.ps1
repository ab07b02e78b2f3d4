<# 32 and 64 bit:
   $url = 'https://example.org/0.0.1' #>
$packageArgs = @{
  'packageName' = 'kekkai'; 'unzipLocation' = $toolsDir
  'url' = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-win32.zip'; 'checksum' = 'e73ef61f7f4195d82103d997ce614f4eb737e4440762cdc0898aae0c84f77360'
  'url64bit' = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.2/kekkai-0.0.2-win-amd64.zip'; 'checksum64' = '7d65678dab7ea9370741de08be16d3a4baae747eaa7b225e58895a116fe64a45'
  'checksumType' = 'sha256'; 'checksumType64' = 'sha256'
}
Install-ChocolateyZipPackage @packageArgs

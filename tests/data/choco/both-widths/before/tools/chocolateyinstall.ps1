<# 32 and 64 bit:
   $url = 'https://example.org/0.0.1' #>
$packageArgs = @{
  'packageName' = 'kekkai'; 'unzipLocation' = $toolsDir
  'url' = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-win32.zip'; 'checksum' = '4d64f2bb3993d939ba6f73b7fc24e3c55d4c99da9f81a3bd8f5b29763b483b2b'
  'url64bit' = 'https://github.com/kademoslabs/kekkai/releases/download/v0.0.1/kekkai-0.0.1-win-amd64.zip'; 'checksum64' = 'e126955abbf0984c831ac26bbe0f4bf1de3f6fd941193c37f8321a09c860e027'
  'checksumType' = 'sha256'; 'checksumType64' = 'sha256'
}
Install-ChocolateyZipPackage @packageArgs

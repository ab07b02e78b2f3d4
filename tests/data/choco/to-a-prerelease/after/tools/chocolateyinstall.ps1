$packageArgs = @{
  url          = 'https://github.com/kademoslabs/kekkai/releases/download/v1.0.0-rc.1/kekkai-1.0.0rc1-py3-none-any.whl'
  checksum     = '0ee8a7d066a4edbd7957d5dd089e2fa1699bd9241cea16be134b78a7e3aa891f'
  checksumType = 'sha256'
}
Write-Host "Müller's kekkai"

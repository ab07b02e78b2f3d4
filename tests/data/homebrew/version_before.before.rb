class Kekkai < Formula
  desc 'Security triage'
  homepage 'https://github.com/kademoslabs/kekkai'
  version '0.0.1' # raised by the release
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v#{version}.tar.gz"
  sha256 '0000000000000000000000000000000000000000000000000000000000000000'
  license 'Apache-2.0'

  def install
    bin.install 'kekkai'
  end
end

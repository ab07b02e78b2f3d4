class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  version "0.0.2"
  license "Apache-2.0"

  on_macos do
    on_arm do
      url "https://github.com/kademoslabs/kekkai/releases/download/v#{version}/kekkai-#{version}-macos-arm64.tar.gz"
      sha256 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    end
    on_intel do
      url "https://github.com/kademoslabs/kekkai/releases/download/v#{version}/kekkai-#{version}-macos-x86_64.tar.gz"
      sha256 "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
    end
  end

  on_linux do
    depends_on "zlib"
    on_intel do
      url "https://github.com/kademoslabs/kekkai/releases/download/v#{version}/kekkai-#{version}-linux-x86_64.tar.gz"
      sha256 "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

      resource "helper" do
        url "https://files.example.org/helper-0.0.1.tar.gz"
        sha256 "2222222222222222222222222222222222222222222222222222222222222222"
      end
    end
  end

  def install
    bin.install "kekkai"
  end
end

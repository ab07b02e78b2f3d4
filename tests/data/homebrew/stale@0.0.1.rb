class KekkaiAT001 < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  url "https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.1.tar.gz"
  mirror "https://mirror.example.org/kekkai-0.0.1.tar.gz"
  mirror "https://other.example.org/kekkai-0.0.1.tar.gz" # slow
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "Apache-2.0"

  revision 2

  keg_only :versioned_formula

  depends_on "python@3.12"

  resource "rich" do
    url "https://files.example.org/packages/rich-13.9.tar.gz"
    mirror "https://mirror.example.org/rich-13.9.tar.gz"
    sha256 "2222222222222222222222222222222222222222222222222222222222222222"
  end

  def install
    bin.install "kekkai"
  end
end

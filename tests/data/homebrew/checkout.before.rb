class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  url "https://github.com/kademoslabs/kekkai.git",
      tag:      "v0.0.1",
      revision: "0123456789abcdef0123456789abcdef01234567"
  license "Apache-2.0"
  revision 1
  head "https://github.com/kademoslabs/kekkai.git", branch: "main"

  depends_on "python@3.12"

  def install
    bin.install "kekkai"
  end
end

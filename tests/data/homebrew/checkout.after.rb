class Kekkai < Formula
  desc "Security triage"
  homepage "https://github.com/kademoslabs/kekkai"
  url "https://github.com/kademoslabs/kekkai.git",
      tag:      "v0.0.2",
      revision: "fedcba9876543210fedcba9876543210fedcba98"
  license "Apache-2.0"
  head "https://github.com/kademoslabs/kekkai.git", branch: "main"

  depends_on "python@3.12"

  def install
    bin.install "kekkai"
  end
end

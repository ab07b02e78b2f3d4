class Kekkai < Formula
    desc "Security triage"
    sha256("0000000000000000000000000000000000000000000000000000000000000000")
    url("https://github.com/kademoslabs/kekkai/archive/refs/tags/v0.0.1.tar.gz")
    version("0.0.1")

    def install
        bin.install "kekkai"
    end
end

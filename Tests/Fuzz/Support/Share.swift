/// Whether an input is one of a share of all of them, told by its bytes alone, so that it is the same one
/// whenever it is tried.
///
/// What is dear is looked at in a share of inputs: mutations of each come by the thousand.
func isOne(of count: UInt32, _ bytes: some Sequence<UInt8>) -> Bool {
    // Fowler, Noll and Vo's hash, of 32 bits.
    bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 } >> 8 % count == 0
}

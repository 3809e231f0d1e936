import ScopeFiles

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A place in immutable memory together with the owner that keeps the memory alive.
@safe
struct StoredElements: Sendable {
    nonisolated(unsafe) let base: UnsafeRawPointer
    private let owner: any AnyObject & Sendable

    private init(base: UnsafeRawPointer, owner: any AnyObject & Sendable) {
        unsafe self.base = base
        self.owner = owner
    }

    /// Bytes of a file in place, or copied to an aligned block where they are misaligned.
    init(_ contents: FileContents, _ range: Range<Int>, alignment: Int) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= contents.byteCount,
            "the byte range exceeds the file")
        // The bytes of a FileContents neither move nor change while it lives.
        let bytes = unsafe contents.withUnsafeBytes { unsafe $0 }
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes[range])
        guard let start = part.baseAddress else {
            self.init(AlignedBlock(byteCount: 0))
            return
        }
        if UInt(bitPattern: start) % UInt(alignment) == 0 {
            unsafe self.init(base: start, owner: contents)
        } else {
            unsafe self.init(copying: part)
        }
    }

    /// A block in its whole length, filled before.
    init(_ block: AlignedBlock) {
        unsafe self.init(base: UnsafeRawPointer(block.start), owner: block)
    }

    /// Numbers copied to a block of their own.
    init(copying values: [Float]) {
        self = unsafe values.withUnsafeBytes { unsafe StoredElements(copying: $0) }
    }

    private init(copying bytes: UnsafeRawBufferPointer) {
        let block = AlignedBlock(byteCount: bytes.count)
        unsafe UnsafeMutableRawBufferPointer(start: block.start, count: bytes.count)
            .copyMemory(from: bytes)
        self.init(block)
    }

    /// A later place in the same memory.
    func advanced(by bytes: Int) -> StoredElements {
        unsafe StoredElements(base: base + bytes, owner: owner)
    }

    @unsafe
    func load<Element: BitwiseCopyable>(_ type: Element.Type, at index: Int) -> Element {
        unsafe base.load(fromByteOffset: index * MemoryLayout<Element>.stride, as: type)
    }
}

/// A block of memory on a cache-line boundary, written once before anyone else sees it.
///
/// On Linux a large block is mapped by itself: fresh pages on a huge page's boundary can become
/// huge pages, memory that the allocator hands out again cannot.
@safe
final class AlignedBlock: Sendable {
    nonisolated(unsafe) let start: UnsafeMutableRawPointer

    /// What to unmap, where the block is not the allocator's.
    nonisolated(unsafe) private let mapping: UnsafeMutableRawBufferPointer?

    /// The block that this one is a part of.
    private let whole: AlignedBlock?

    /// Whether a large block takes no memory until it is written to.
    static var isMappedLazily: Bool {
        #if os(Linux)
            true
        #else
            false
        #endif
    }

    /// A part of another block, from a byte on.
    init(part offset: Int, of block: AlignedBlock) {
        unsafe start = block.start + offset
        unsafe mapping = nil
        whole = block
    }

    init(byteCount: Int) {
        whole = nil
        #if os(Linux)
            if let mapping = unsafe Self.map(byteCount) {
                let start = unsafe mapping.baseAddress?.alignedUp(toMultipleOf: Self.hugePage)
                if let start = unsafe start {
                    unsafe self.start = start
                    unsafe self.mapping = mapping
                    // Advice only: what the system makes of it does not matter.
                    unsafe madvise(start, byteCount & -Self.hugePage, MADV_HUGEPAGE)
                    return
                }
            }
        #endif
        unsafe start = UnsafeMutableRawPointer.allocate(
            byteCount: max(byteCount, 1), alignment: 64)
        unsafe mapping = nil
    }

    convenience init(zeroedByteCount byteCount: Int) {
        self.init(byteCount: byteCount)
        // Fresh pages are zero already.
        if unsafe mapping == nil {
            unsafe start.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
    }

    deinit {
        guard whole == nil else { return }
        #if os(Linux)
            if let mapping = unsafe mapping {
                unsafe munmap(mapping.baseAddress, mapping.count)
                return
            }
        #endif
        unsafe start.deallocate()
    }

    #if os(Linux)
        private static let hugePage = 1 << 21

        /// Fresh pages for a large block, with room to align it; nil for a small block, or where
        /// the system refuses.
        private static func map(_ byteCount: Int) -> UnsafeMutableRawBufferPointer? {
            guard byteCount >= hugePage else { return nil }
            let length = byteCount + hugePage
            let address = unsafe mmap(
                nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let address = unsafe address, Int(bitPattern: address) != -1 else { return nil }
            return unsafe UnsafeMutableRawBufferPointer(start: address, count: length)
        }
    #endif
}

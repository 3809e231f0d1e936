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

/// A heap block on a cache-line boundary, written once before anyone else sees it; large ones
/// lie in huge pages where the system has them.
@safe
final class AlignedBlock: Sendable {
    nonisolated(unsafe) let start: UnsafeMutableRawPointer

    init(byteCount: Int) {
        let hugePage = 1 << 21
        let isLarge = byteCount >= hugePage
        unsafe start = UnsafeMutableRawPointer.allocate(
            byteCount: max(byteCount, 1), alignment: isLarge ? hugePage : 64)
        #if os(Linux)
            // Advice only: what the system makes of it does not matter.
            if isLarge { unsafe madvise(start, byteCount & -hugePage, MADV_HUGEPAGE) }
        #endif
    }

    deinit { unsafe start.deallocate() }
}

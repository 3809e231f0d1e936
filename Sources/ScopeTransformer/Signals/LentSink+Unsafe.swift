internal import ScopeTensor

/// A sink of any type, lent for one pass.
///
/// A pass that is generic over its sink cannot be compiled for the engine's scalar alone, and looks up
/// types at every call; this one type of sink lets it be.
@safe struct LentSink<Scalar: TensorScalar>: SignalSink {
    private let target: SinkTarget<Scalar>

    /// Lends a sink to `body`, which must not keep it.
    static func lend<Sink: SignalSink<Scalar>>(
        _ sink: inout Sink, _ body: (inout LentSink) throws(ModelFailure) -> Void
    ) throws(ModelFailure) {
        try unsafe withUnsafeMutablePointer(to: &sink) { (pointer) throws(ModelFailure) in
            var lent = LentSink(target: unsafe SinkPointer(pointer))
            try body(&lent)
        }
    }

    mutating func beginLayer(_ layer: Int) throws(ModelFailure) { try target.beginLayer(layer) }

    mutating func attention(
        _ weights: Span<Scalar>, layer: Int, head: QueryHead, at place: RowPlace
    ) {
        target.attention(weights, layer: layer, head: head, at: place)
    }

    mutating func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace) {
        target.hiddenState(values, layer: layer, at: place)
    }

    mutating func component(
        _ values: Span<Scalar>, _ component: LayerComponent, layer: Int, at place: RowPlace
    ) {
        target.component(values, component, layer: layer, at: place)
    }

    mutating func valueProducts(_ products: Span<Scalar>, layer: Int, at place: RowPlace) {
        target.valueProducts(products, layer: layer, at: place)
    }

    mutating func state(
        _ values: Span<Scalar>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        target.state(values, site: site, layer: layer, at: place)
    }

    mutating func logits(_ logits: Span<Scalar>, at place: RowPlace) {
        target.logits(logits, at: place)
    }
}

/// What a lent sink calls.
private class SinkTarget<Scalar: TensorScalar> {
    func beginLayer(_ layer: Int) throws(ModelFailure) {}
    func attention(_ weights: Span<Scalar>, layer: Int, head: QueryHead, at place: RowPlace) {}
    func hiddenState(_ values: Span<Scalar>, layer: Int, at place: RowPlace) {}
    func component(
        _ values: Span<Scalar>, _ component: LayerComponent, layer: Int, at place: RowPlace
    ) {}
    func valueProducts(_ products: Span<Scalar>, layer: Int, at place: RowPlace) {}
    func state(_ values: Span<Scalar>, site: StateSite, layer: Int, at place: RowPlace) {}
    func logits(_ logits: Span<Scalar>, at place: RowPlace) {}
}

@safe private final class SinkPointer<Sink: SignalSink>: SinkTarget<Sink.Scalar> {
    private let pointer: UnsafeMutablePointer<Sink>

    init(_ pointer: UnsafeMutablePointer<Sink>) {
        unsafe self.pointer = pointer
    }

    override func beginLayer(_ layer: Int) throws(ModelFailure) {
        try unsafe pointer.pointee.beginLayer(layer)
    }

    override func attention(
        _ weights: Span<Sink.Scalar>, layer: Int, head: QueryHead, at place: RowPlace
    ) {
        unsafe pointer.pointee.attention(weights, layer: layer, head: head, at: place)
    }

    override func hiddenState(_ values: Span<Sink.Scalar>, layer: Int, at place: RowPlace) {
        unsafe pointer.pointee.hiddenState(values, layer: layer, at: place)
    }

    override func component(
        _ values: Span<Sink.Scalar>, _ component: LayerComponent, layer: Int, at place: RowPlace
    ) {
        unsafe pointer.pointee.component(values, component, layer: layer, at: place)
    }

    override func valueProducts(
        _ products: Span<Sink.Scalar>, layer: Int, at place: RowPlace
    ) {
        unsafe pointer.pointee.valueProducts(products, layer: layer, at: place)
    }

    override func state(
        _ values: Span<Sink.Scalar>, site: StateSite, layer: Int, at place: RowPlace
    ) {
        unsafe pointer.pointee.state(values, site: site, layer: layer, at: place)
    }

    override func logits(_ logits: Span<Sink.Scalar>, at place: RowPlace) {
        unsafe pointer.pointee.logits(logits, at: place)
    }
}

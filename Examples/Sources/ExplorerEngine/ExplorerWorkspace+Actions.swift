extension ExplorerWorkspace {
    /// Everything that can be asked for, by name.
    private static let actions:
        [String: @Sendable (ExplorerWorkspace, Fields) throws(ActionError) -> [UInt8]] = [
            "load": { (workspace, request) throws(ActionError) in try workspace.load(request) },
            "generate": { (workspace, request) throws(ActionError) in
                try workspace.generate(request)
            },
            "score": { (workspace, request) throws(ActionError) in try workspace.score(request) },
            "replace": { (workspace, request) throws(ActionError) in
                try workspace.replace(request)
            },
            "redecode": { (workspace, request) throws(ActionError) in
                try workspace.redecode(request)
            },
            "sample": { (workspace, request) throws(ActionError) in try workspace.sample(request) },
            "resume": { (workspace, request) throws(ActionError) in try workspace.resume(request) },
            "stop": { (workspace, request) throws(ActionError) in try workspace.stop(request) },
            "fill": { (workspace, request) throws(ActionError) in try workspace.fill(request) },
            "attribute": { (workspace, request) throws(ActionError) in
                try workspace.attribute(request)
            },
            "attention": { (workspace, request) throws(ActionError) in
                try workspace.attention(request)
            },
            "lens": { (workspace, request) throws(ActionError) in try workspace.lens(request) },
            "tokens": { (workspace, request) throws(ActionError) in try workspace.tokens(request) },
            "rename": { (workspace, request) throws(ActionError) in try workspace.rename(request) },
            "remove": { (workspace, request) throws(ActionError) in try workspace.remove(request) },
            "save": { (workspace, request) throws(ActionError) in try workspace.save(request) },
        ]

    /// Does what is asked for.
    ///
    /// - Parameters:
    ///   - action: The name.
    ///   - body: The request, JSON in UTF-8.
    /// - Returns: The answer, JSON in UTF-8.
    /// - Throws: ``ActionError``.
    package func perform(_ action: String, _ body: [UInt8]) throws(ActionError) -> [UInt8] {
        guard let run = Self.actions[action] else {
            throw ActionError(.notFound, "there is no action \(action)")
        }
        return try run(self, try Fields(body))
    }
}

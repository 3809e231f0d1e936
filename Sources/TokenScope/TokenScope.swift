// The whole library in one import. Its modules are also products of their own, for programs that
// use only a part; the embedded model is never implied.
@_exported public import ScopeAttribution
@_exported public import ScopeAudit
@_exported public import ScopeBranching
@_exported public import ScopeCode
@_exported public import ScopeDecoding
@_exported public import ScopeFiles
@_exported public import ScopeMetrics
@_exported public import ScopeReports
@_exported public import ScopeTensor
@_exported public import ScopeTokenizers
@_exported public import ScopeTrace
@_exported public import ScopeTransformer

/// Where the weights of products lie while a model is in use.
public enum WeightStorage: String, CaseIterable, Sendable {
    /// In memory of their own, rearranged for products: the fastest, once the model is open.
    ///
    /// Opening reads every weight once and takes about a second for each two gigabytes. The file's
    /// pages are let go as they are read, so nothing is held twice, and whatever happens to the file
    /// afterwards changes no pass.
    case packed
    /// In the mapped file, as it stores them: the model is open at once, its pages are read when
    /// they are first used, and the system can drop them when memory is short.
    case mapped
}

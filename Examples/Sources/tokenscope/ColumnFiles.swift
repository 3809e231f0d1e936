import DatasetEngine
import TokenScope

/// The numbers of samples as files of tensors.
enum ColumnFiles {
    /// Writes the columns of a sample into `columns/` of a folder, in one step.
    static func write(
        _ trace: TokenTrace, _ id: DatasetRecord.ID, sample: Int, in folder: String
    ) throws(FileError) {
        try DatasetFolder.make("\(folder)/columns")
        var report = TensorReport(of: trace)
        report.hasNumbers = true
        try report.write(
            to: "\(folder)/columns/\(DatasetFolder.fileName(of: id))-\(sample).safetensors")
    }
}

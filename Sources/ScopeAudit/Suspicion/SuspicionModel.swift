/// How ``SuspicionDetector`` weighs features; a score is the probability that a unit is the changed one, on the
/// mutants that the weights were fitted on.
public typealias SuspicionModel = DetectorModel<SuspicionFeatures>

extension DetectorModel<SuspicionFeatures> {
    /// Weights that were fitted with the embedded model on mutants of files it was not trained on.
    ///
    /// `Scripts/audit-evaluation` fits them again. Other models have other numbers: fit them with theirs.
    public static var tinyPython: SuspicionModel { tinyPythonModel }
}

private let tinyPythonModel = SuspicionModel(builtIn: tinyPythonText)

/// Of 1415 mutants in 70 files, seed 1; the limits are those of 5 % and 1 % of false alarms.
private let tinyPythonText = """
    model 812c2ebd1bea0c22358c244cf14ace92b0b1b0124a7b9b99c31f7ee52f82cd27
    language python
    intercept -1.67208
    note 0.220935
    warning 0.302339
    surprisal.mean -0.111118
    surprisal.max 0.0193744
    entropy.mean -0.0314639
    entropy.max -0.0597113
    closeness.mean 0.479139
    closeness.max -0.968411
    rank.max -0.116073
    overruled.mean 1.60706
    overruled.max 0.853357
    lead.mean -0.0573881
    lead.max 0.0250744
    excess.mean -0.185535
    excess.max 0.0239109
    standardised.max -0.0128301
    leaf.max 0.0424315
    leaf.second 0.0115775
    change.before 0.0569797
    change.neighbours 0.094992
    change.after 0.0154963
    length -0.327946
    surprisal.name 0.0423492
    excess.name -0.001512
    lead.name 0.0543611
    entropy.name 0.0355425
    surprisal.new 0.0392887
    excess.new -0.0697656
    lead.new 0.0195547
    entropy.new -0.0320463
    surprisal.sign 0.047265
    excess.sign -0.0193978
    lead.sign 0.0534931
    entropy.sign -0.197633
    surprisal.word -0.0213848
    excess.word 0.0365856
    lead.word -0.0501621
    entropy.word 0.054806
    surprisal.number 0.076507
    excess.number 0.0170221
    lead.number 0.00499084
    entropy.number -0.0746669
    surprisal.string -0.0778849
    excess.string 0.0723268
    lead.string -0.0103217
    entropy.string 0.0791883
    """

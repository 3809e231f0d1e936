extension SyntaxTable {
    static let python = """
        statement       *_statement function_definition class_definition decorated_definition
        expression      call attribute subscript *_operator not_operator comparison_operator
        expression      conditional_expression named_expression lambda await yield list tuple set
        expression      dictionary *_comprehension generator_expression parenthesized_expression
        expression      expression_list slice string concatenated_string integer float true false
        expression      none ellipsis assignment augmented_assignment list_splat dictionary_splat
        expression      keyword_argument interpolation
        atom            identifier
        declaring       function_definition class_definition parameters lambda_parameters
        declaring       default_parameter typed_parameter typed_default_parameter dotted_name
        declaring       aliased_import global_statement nonlocal_statement type_parameter
        declaring       list_splat_pattern dictionary_splat_pattern pattern_list tuple_pattern
        unread          attribute name alias
        block           block
        definition      function_definition
        typeDefinition  class_definition
        wrapper         decorated_definition
        call            call
        callee          function
        member          attribute
        literal         string concatenated_string integer float true false none
        group           call comment list dictionary tuple set lambda *_comprehension
        group           generator_expression decorator assignment augmented_assignment
        group           else_clause elif_clause except_clause except_group_clause finally_clause
        group           case_clause
        type.integer    integer
        type.float      float
        type.boolean    true false
        type.null       none
        type.string     string_content string
        type.delim_quote    string_start string_end
        type.escape     escape_sequence escape_interpolation
        type.comment    comment
        type.ellipsis   ellipsis
        concept.Iterative       "for" "while"
        concept.Scope           "return" ")" "]" "}" ":"
        concept.Decision        "if" "elif" "else"
        concept.Operator        comparison_operator boolean_operator binary_operator
        concept.Operator        unary_operator
        concept.Functional      for_in_clause if_clause list_comprehension lambda
        concept.NaturalLanguage identifier string comment
        concept.DataStructures  tuple dictionary list set
        concept.Exceptions      "try" "except" "raise" "finally"
        concept.Testing         "assert"
        concept.Types           integer float
        """
}

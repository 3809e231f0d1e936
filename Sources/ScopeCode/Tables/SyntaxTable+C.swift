extension SyntaxTable {
    static let c = """
        statement       *_statement declaration function_definition type_definition
        statement       field_declaration preproc_include preproc_def preproc_function_def
        statement       preproc_call preproc_if preproc_ifdef attributed_statement
        expression      *_expression string_literal concatenated_string char_literal
        expression      number_literal true false null initializer_list
        atom            identifier
        declaring       function_declarator init_declarator pointer_declarator array_declarator
        declaring       parameter_declaration declaration enumerator preproc_def preproc_ifdef
        declaring       preproc_function_def preproc_params
        unread          declarator name field label
        block           compound_statement field_declaration_list enumerator_list declaration_list
        definition      function_definition preproc_function_def
        typeDefinition  type_definition
        call            call_expression
        callee          function
        member          field
        literal         string_literal concatenated_string char_literal number_literal true false null
        group           call_expression comment initializer_list else_clause struct_specifier
        group           union_specifier enum_specifier
        type.number     number_literal
        type.character  character char_literal
        type.boolean    true false
        type.null       null
        type.string     string_content string_literal system_lib_string
        type.escape     escape_sequence
        type.comment    comment
        type.attribute  field_identifier
        type.label      statement_identifier
        type.type       type_identifier primitive_type
        type.preprocessor  preproc_arg preproc_directive
        concept.Iterative       "for" "while" "do"
        concept.Scope           "return" ")" "]" "}" "{"
        concept.Decision        "if" "else" "switch" "case" "default" conditional_expression
        concept.Operator        binary_expression unary_expression update_expression
        concept.NaturalLanguage identifier field_identifier string_literal comment
        concept.DataStructures  initializer_list struct_specifier
        concept.Types           number_literal primitive_type
        """

    static let cppAdditions = """

        statement       for_range_loop template_declaration alias_declaration using_declaration
        statement       namespace_definition static_assert_declaration friend_declaration
        expression      raw_string_literal user_defined_literal this
        declaring       reference_declarator optional_parameter_declaration
        declaring       structured_binding_declarator
        definition      lambda_expression
        typeDefinition  class_specifier struct_specifier namespace_definition concept_definition
        wrapper         template_declaration
        literal         raw_string_literal user_defined_literal
        group           lambda_expression catch_clause class_specifier
        angles          template_argument_list template_parameter_list
        type.string     raw_string_content raw_string_delimiter
        type.type       auto namespace_identifier
        type.keyword    this
        concept.Iterative   for_range_loop
        concept.Functional  lambda_expression
        concept.Exceptions  "try" "catch" "throw"
        """
}

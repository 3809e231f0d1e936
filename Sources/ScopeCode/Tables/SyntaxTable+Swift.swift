extension SyntaxTable {
    static let swift = """
        statement       *_statement *_declaration assignment control_transfer_statement
        expression      *_expression *_literal directly_assignable_expression lambda_literal
        atom            simple_identifier
        declaring       function_declaration class_declaration parameter lambda_parameter pattern
        declaring       protocol_declaration typealias_declaration enum_entry import_declaration
        unread          name bound_identifier suffix
        block           function_body class_body enum_class_body protocol_body computed_property
        block           statements
        definition      function_declaration init_declaration deinit_declaration
        definition      protocol_function_declaration subscript_declaration lambda_literal
        typeDefinition  class_declaration protocol_declaration typealias_declaration
        call            call_expression constructor_expression macro_invocation
        member          suffix
        literal         *_literal
        group           call_expression comment multiline_comment array_literal dictionary_literal
        group           lambda_literal catch_block switch_entry
        angles          type_arguments type_parameters
        type.integer    integer_literal hex_literal oct_literal bin_literal
        type.float      real_literal
        type.boolean    boolean_literal
        type.string     line_str_text multi_line_str_text raw_str_part line_string_literal
        type.string     multi_line_string_literal
        type.escape     str_escaped_char
        type.comment    comment multiline_comment
        type.type       type_identifier
        type.keyword    else throw_keyword catch_keyword self_expression super_expression throws
        type.keyword    async where_keyword default_keyword visibility_modifier
        concept.Iterative       "for" "while" "repeat"
        concept.Scope           "return" ")" "]" "}" "{"
        concept.Decision        "if" else "switch" "case" "guard" ternary_expression
        concept.Operator        additive_expression multiplicative_expression comparison_expression
        concept.Operator        equality_expression conjunction_expression disjunction_expression
        concept.Operator        bitwise_operation prefix_expression
        concept.Functional      lambda_literal
        concept.NaturalLanguage simple_identifier line_string_literal comment multiline_comment
        concept.DataStructures  array_literal dictionary_literal tuple_expression
        concept.Exceptions      "do" "try" throw_keyword catch_keyword
        concept.Types           integer_literal real_literal type_identifier
        """

    /// By the endings that grammars have in common.
    static let commonText = """
        statement       *_statement *_declaration *_definition *_item
        expression      *_expression call *_literal
        atom            identifier simple_identifier
        unread          name
        block           block *_block compound_statement
        definition      function_definition function_declaration function_item method
        definition      method_definition method_declaration constructor_declaration
        typeDefinition  class_definition class_declaration class struct_item interface_declaration
        typeDefinition  struct_declaration enum_declaration module_definition
        call            call call_expression function_call *_invocation
        callee          function name method
        member          attribute property field
        literal         string string_literal number integer float *_literal
        group           call call_expression comment
        angles          type_arguments type_parameters
        type.number     number number_literal integer float
        type.string     string string_literal string_content string_fragment
        type.escape     escape_sequence
        type.comment    comment line_comment block_comment
        type.attribute  property_identifier field_identifier
        type.type       type_identifier primitive_type
        """
}

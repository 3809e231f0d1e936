extension SyntaxTable {
    static let go = """
        statement       *_statement function_declaration method_declaration var_declaration
        statement       const_declaration type_declaration import_declaration package_clause
        statement       short_var_declaration field_declaration
        expression      *_expression *_literal expression_list composite_literal func_literal true
        expression      false nil iota
        atom            identifier
        declaring       function_declaration parameter_declaration var_spec const_spec
        declaring       variadic_parameter_declaration short_var_declaration range_clause
        declaring       type_parameter_declaration keyed_element
        unread          name
        block           block field_declaration_list interface_type
        definition      function_declaration method_declaration func_literal
        typeDefinition  type_spec type_alias
        wrapper         type_declaration
        call            call_expression
        callee          function
        member          field
        literal         *_literal true false nil
        group           call_expression comment composite_literal func_literal expression_case
        group           default_case type_case communication_case
        type.integer    int_literal
        type.float      float_literal imaginary_literal
        type.character  rune_literal
        type.boolean    true false
        type.null       nil
        type.constant   iota
        type.string     interpreted_string_literal_content raw_string_literal_content
        type.string     interpreted_string_literal raw_string_literal
        type.escape     escape_sequence
        type.comment    comment
        type.attribute  field_identifier
        type.label      label_name
        type.module     package_identifier
        type.type       type_identifier
        type.variable   blank_identifier
        concept.Iterative       "for" "range"
        concept.Scope           "return" ")" "]" "}" "{"
        concept.Decision        "if" "else" "switch" "case" "default" "select"
        concept.Operator        binary_expression unary_expression
        concept.Functional      func_literal
        concept.NaturalLanguage identifier field_identifier interpreted_string_literal
        concept.NaturalLanguage raw_string_literal comment
        concept.DataStructures  composite_literal slice_type map_type struct_type
        concept.Exceptions      "defer"
        concept.Types           int_literal float_literal type_identifier
        """
}

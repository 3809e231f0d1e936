extension SyntaxTable {
    static let java = """
        statement       *_statement *_declaration try_with_resources_statement
        statement       explicit_constructor_invocation static_initializer
        expression      *_expression method_invocation field_access array_access method_reference
        expression      array_initializer class_literal string_literal character_literal *_literal
        expression      true false this
        atom            identifier
        declaring       method_declaration class_declaration interface_declaration enum_declaration
        declaring       record_declaration constructor_declaration formal_parameter
        declaring       variable_declarator catch_formal_parameter enum_constant inferred_parameters
        declaring       scoped_identifier package_declaration import_declaration marker_annotation
        declaring       annotation labeled_statement
        unread          name field
        block           block class_body interface_body enum_body constructor_body switch_block
        block           annotation_type_body
        definition      method_declaration constructor_declaration compact_constructor_declaration
        definition      lambda_expression
        typeDefinition  class_declaration interface_declaration enum_declaration record_declaration
        typeDefinition  annotation_type_declaration
        call            method_invocation object_creation_expression explicit_constructor_invocation
        callee          name type constructor
        member          field
        literal         *_literal true false
        group           method_invocation object_creation_expression line_comment block_comment
        group           lambda_expression array_initializer catch_clause finally_clause
        group           switch_block_statement_group switch_rule annotation marker_annotation
        angles          type_arguments type_parameters
        type.integer    *_integer_literal
        type.float      *_floating_point_literal
        type.character  character_literal
        type.boolean    true false
        type.null       null_literal
        type.string     string_fragment multiline_string_fragment string_literal
        type.escape     escape_sequence
        type.comment    line_comment block_comment
        type.keyword    this super
        type.type       type_identifier void_type boolean_type integral_type floating_point_type
        concept.Iterative       "for" "while" "do"
        concept.Scope           "return" ")" "]" "}" "{"
        concept.Decision        "if" "else" "switch" "case" "default" ternary_expression
        concept.Operator        binary_expression unary_expression update_expression
        concept.Functional      lambda_expression method_reference
        concept.NaturalLanguage identifier string_literal line_comment block_comment
        concept.DataStructures  array_initializer array_creation_expression
        concept.Exceptions      "try" "catch" "throw" "throws" "finally"
        concept.Testing         "assert"
        concept.Types           integral_type floating_point_type boolean_type decimal_integer_literal
        concept.Types           decimal_floating_point_literal
        """
}

extension SyntaxTable {
    static let rust = """
        statement       expression_statement empty_statement *_item let_declaration
        statement       use_declaration extern_crate_declaration field_declaration
        statement       macro_definition
        expression      *_expression compound_assignment_expr macro_invocation generic_function
        expression      *_literal async_block unsafe_block const_block scoped_identifier self
        expression      token_tree
        atom            identifier
        declaring       function_item function_signature_item parameter closure_parameters
        declaring       let_declaration const_item static_item mod_item tuple_struct_pattern
        declaring       captured_pattern use_declaration scoped_use_list use_list use_as_clause
        declaring       macro_definition field_pattern mut_pattern ref_pattern tuple_pattern
        unread          name pattern field alias
        block           block declaration_list match_block field_declaration_list enum_variant_list
        definition      function_item function_signature_item closure_expression macro_definition
        typeDefinition  struct_item enum_item union_item trait_item impl_item mod_item type_item
        call            call_expression macro_invocation
        callee          function macro
        member          field
        literal         *_literal
        group           call_expression macro_invocation line_comment block_comment
        group           closure_expression if_expression match_expression for_expression
        group           while_expression loop_expression return_expression else_clause match_arm
        group           array_expression tuple_expression struct_expression
        angles          type_arguments type_parameters
        type.integer    integer_literal
        type.float      float_literal
        type.character  char_literal
        type.boolean    boolean_literal
        type.string     string_content string_literal raw_string_literal
        type.escape     escape_sequence
        type.comment    line_comment block_comment doc_comment outer_doc_comment_marker
        type.comment    inner_doc_comment_marker
        type.attribute  field_identifier shorthand_field_identifier
        type.label      lifetime
        type.type       type_identifier primitive_type
        type.keyword    self super crate mutable_specifier
        type.variable   metavariable
        concept.Iterative       "for" "while" "loop"
        concept.Scope           "return" ")" "]" "}" "{"
        concept.Decision        "if" "else" "match"
        concept.Operator        binary_expression unary_expression
        concept.Functional      closure_expression
        concept.NaturalLanguage identifier field_identifier string_literal line_comment
        concept.NaturalLanguage block_comment
        concept.DataStructures  array_expression tuple_expression struct_expression
        concept.Exceptions      try_expression
        concept.Types           integer_literal float_literal primitive_type type_identifier
        """
}

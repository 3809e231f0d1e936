extension SyntaxTable {
    static let javascript = ecmaScript + jsx
    static let typescript = ecmaScript + types + "\nexpression type_assertion"
    static let tsx = ecmaScript + types + jsx

    private static let ecmaScript = """
        statement       *_statement *_declaration
        expression      *_expression array object string template_string number regex true false
        expression      null undefined this super arrow_function spread_element class
        expression      template_substitution meta_property
        atom            identifier
        declaring       function_declaration generator_function_declaration class_declaration
        declaring       formal_parameters variable_declarator
        declaring       import_specifier import_clause namespace_import catch_clause
        declaring       array_pattern object_pattern rest_pattern
        unread          name alias parameter
        block           statement_block class_body switch_body
        definition      function_declaration generator_function_declaration method_definition
        definition      function_expression arrow_function generator_function
        typeDefinition  class_declaration class
        wrapper         export_statement
        call            call_expression new_expression
        callee          function constructor
        member          property
        literal         string template_string number regex true false null undefined
        group           call_expression new_expression comment array object arrow_function
        group           function_expression method_definition else_clause catch_clause
        group           finally_clause switch_case switch_default template_string
        type.number     number
        type.boolean    true false
        type.null       null undefined
        type.string     string_fragment template_string string
        type.regex      regex regex_pattern regex_flags
        type.escape     escape_sequence
        type.comment    comment html_comment hash_bang_line
        type.attribute  property_identifier private_property_identifier
        type.attribute  shorthand_property_identifier shorthand_property_identifier_pattern
        type.label      statement_identifier
        type.keyword    this super
        concept.Iterative       "for" "while" "do"
        concept.Scope           "return" ")" "]" "}" "{"
        concept.Decision        "if" "else" "switch" "case" "default" ternary_expression
        concept.Operator        binary_expression unary_expression update_expression
        concept.Functional      arrow_function function_expression
        concept.NaturalLanguage identifier property_identifier string template_string comment
        concept.DataStructures  array object
        concept.Exceptions      "try" "catch" "throw" "finally"
        concept.Types           number
        """

    private static let jsx = """

        expression      jsx_element jsx_self_closing_element
        group           jsx_element jsx_self_closing_element
        angles          jsx_opening_element jsx_closing_element jsx_self_closing_element
        type.text       jsx_text
        """

    private static let types = """

        statement       *_signature abstract_class_declaration internal_module module
        declaring       required_parameter optional_parameter
        typeDefinition  interface_declaration abstract_class_declaration enum_declaration
        typeDefinition  type_alias_declaration internal_module module
        definition      method_signature abstract_method_signature function_signature
        block           interface_body enum_body object_type
        angles          type_arguments type_parameters
        type.type       type_identifier predefined_type
        concept.Types   predefined_type type_identifier
        """
}

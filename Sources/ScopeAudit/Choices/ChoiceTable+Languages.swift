extension ChoiceTable {
    static let python = """
        calls call
        callee function
        arguments arguments
        keyword keyword_argument
        import import_statement
        import-from import_from_statement
        import-all wildcard_import
        built-in eval int float
        string string concatenated_string
        interpolation interpolation
        rule unsafe-yaml error Loading YAML this way builds any object the text names.
        call unsafe-yaml yaml.load yaml.unsafe_load yaml.full_load > yaml.safe_load
        call unsafe-yaml yaml.load_all > yaml.safe_load_all
        unless unsafe-yaml SafeLoader CSafeLoader BaseLoader
        rule weak-hash warning Collisions of this hash function are cheap to make.
        call weak-hash hashlib.md5 hashlib.sha1 > hashlib.sha256 hashlib.sha512 hashlib.blake2b
        call weak-hash md5 sha1 > sha256 sha512
        unless weak-hash usedforsecurity=False
        rule shell-command warning A shell reads this command, so any part of it may become another command.
        argument shell-command shell True > False
        call shell-command os.system os.popen commands.getoutput > subprocess.run
        rule unsafe-deserialisation warning What is loaded here runs code that the data names.
        call unsafe-deserialisation pickle.loads marshal.loads cPickle.loads > json.loads
        call unsafe-deserialisation pickle.load marshal.load cPickle.load > json.load
        rule code-from-data warning The text that is run here may come from elsewhere.
        call code-from-data eval > ast.literal_eval int float
        rule built-query error A query built of text lets what is put in become part of the query.
        format built-query execute executemany executescript
        rule unchecked-certificate error Without a check of the certificate anybody may answer.
        argument unchecked-certificate verify False > True
        argument unchecked-certificate check_hostname False > True
        call unchecked-certificate ssl._create_unverified_context > ssl.create_default_context
        rule predictable-secret note These numbers can be guessed; a secret needs others.
        call predictable-secret random.choice random.choices > secrets.choice
        call predictable-secret random.randint random.randrange > secrets.randbelow
        rule shared-temporary-name warning Somebody else may make the file between its name and its opening.
        call shared-temporary-name tempfile.mktemp > tempfile.mkstemp tempfile.NamedTemporaryFile
        rule weak-cipher error This cipher or mode hides too little.
        call weak-cipher DES.new ARC4.new > AES.new
        call weak-cipher Crypto.Cipher.DES.new Crypto.Cipher.ARC4.new > Crypto.Cipher.AES.new
        call weak-cipher Cryptodome.Cipher.DES.new Cryptodome.Cipher.ARC4.new > Cryptodome.Cipher.AES.new
        rule debug-server warning The debugger of this server runs code for whoever can reach it.
        argument debug-server debug True > False
        """

    static let javascript = """
        calls call_expression new_expression
        callee function constructor
        arguments arguments
        string string template_string
        interpolation template_substitution
        rule code-from-data warning The text that is run here may come from elsewhere.
        call code-from-data eval > JSON.parse
        rule weak-hash-name note A hash by name may be a weak one.
        call weak-hash-name md5 sha1 > sha256
        rule shell-command warning A shell reads this command, so any part of it may become another command.
        call shell-command child_process.exec child_process.execSync > child_process.execFile
        call shell-command exec execSync > execFile
        rule predictable-secret note These numbers can be guessed; a secret needs others.
        call predictable-secret Math.random > crypto.getRandomValues
        rule markup-from-data warning Text that is written as markup may hold a script.
        call markup-from-data document.write > document.createTextNode
        rule built-query error A query built of text lets what is put in become part of the query.
        format built-query query execute
        """

    static let c = """
        calls call_expression
        callee function
        arguments arguments
        rule unbounded-copy error Nothing keeps this call within its buffer.
        call unbounded-copy gets > fgets
        call unbounded-copy strcpy > strlcpy strncpy snprintf
        call unbounded-copy strcat > strlcat strncat
        call unbounded-copy sprintf vsprintf > snprintf vsnprintf
        rule shared-temporary-name warning Somebody else may make the file between its name and its opening.
        call shared-temporary-name mktemp tmpnam tempnam > mkstemp
        rule shell-command warning A shell reads this command, so any part of it may become another command.
        call shell-command system popen > execve posix_spawn
        rule predictable-secret note These numbers can be guessed; a secret needs others.
        call predictable-secret rand random > getrandom arc4random
        """

    static let go = """
        calls call_expression
        callee function
        arguments arguments
        rule weak-hash warning Collisions of this hash function are cheap to make.
        call weak-hash md5.New md5.Sum sha1.New sha1.Sum > sha256.New sha256.Sum256
        rule predictable-secret note These numbers can be guessed; a secret needs others.
        call predictable-secret rand.Intn rand.Int > rand.Read
        """

    static let swift = """
        calls call_expression
        rule weak-hash warning Collisions of this hash function are cheap to make.
        call weak-hash Insecure.MD5.hash Insecure.SHA1.hash > SHA256.hash SHA512.hash
        rule unsafe-unarchiving warning This builds any class that the data names.
        call unsafe-unarchiving NSKeyedUnarchiver.unarchiveObject > NSKeyedUnarchiver.unarchivedObject
        """
}

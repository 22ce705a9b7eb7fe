// The plugin checks what it asked for, and nothing of what stood on the command line.
def rules = [
    groupId   : [/[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*/, 'a Maven groupId, such as com.acme'],
    artifactId: [/[a-z][a-z0-9-]{1,39}\.[a-z][a-z0-9-]{1,39}/, 'the extension\'s id, publisher.name: two parts, each 2 to 40 of a-z, 0-9 and -, a letter first'],
    version   : [/(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}/, 'three numbers, such as 1.0.0'],
    package   : [/[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*/, 'a Java package in lower case'],
    license   : [/[A-Za-z0-9.+-]+/, 'an SPDX id, such as Apache-2.0'],
]
def value = { key -> key == 'package' ? request.package : (key in ['groupId', 'artifactId', 'version'] ? request."$key" : request.properties[key]) }
def wrong = rules.findAll { key, rule -> !((value(key) ?: '') ==~ rule[0]) }
        .collect { key, rule -> "$key is '${value(key)}', but must be ${rule[1]}" }
def keyword = (value('package') ?: '').split('\\.').find { javax.lang.model.SourceVersion.isKeyword(it) }
if (keyword) {
    wrong << "package is '${value('package')}', but '$keyword' is a word of Java's own: name another with -Dpackage=…"
}
if (value('package') ==~ /(java|javax|jdk|org\.platformforge)(\..*)?/) {
    wrong << "package is '${value('package')}', which belongs to Java or the platform"
}
if (wrong) {
    throw new IllegalArgumentException(wrong.join('; ') + '. Delete what was generated and try again')
}

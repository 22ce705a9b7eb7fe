package org.platformforge.kernel.store.migrate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds in migrations what would break the module's older version, which goes on with the same tables: a new version's
 * migrations run before it is accepted, it may be refused afterwards, and requests are answered by the old one meanwhile.
 * What takes something away, or asks for more than before, is named, unless the script created the table itself or says
 * {@code -- contracts: <why nobody needs it any more>}. A guard against oversights, not against SQL that means harm.
 */
final class ExpandOnly {
    private static final Pattern NOISE = Pattern.compile("--[^\\n]*|/\\*.*?\\*/|'(?:[^']|'')*'", Pattern.DOTALL);
    private static final Pattern CONTRACTS = Pattern.compile("(?m)^\\s*--\\s*contracts:\\s*\\S");
    private static final String TABLE = "(?:ONLY )?(?:IF (?:NOT )?EXISTS )?([\\w.\"]+)";
    private static final Pattern CREATED = Pattern.compile("CREATE (?:\\w+ )*TABLE " + TABLE + ".*");

    /** What a statement begins with, with the table it is about if it names one. */
    private static final List<Pattern> TAKES_AWAY = List.of(
            Pattern.compile("DROP TABLE " + TABLE + ".*"),
            Pattern.compile("DROP (?:VIEW|MATERIALIZED|SEQUENCE|SCHEMA|TYPE|FUNCTION|PROCEDURE|TRIGGER)().*"),
            Pattern.compile("RENAME (?:TABLE|COLUMN) " + TABLE + ".*"),
            Pattern.compile("TRUNCATE (?:TABLE )?" + TABLE + ".*"),
            Pattern.compile("DELETE FROM " + TABLE + ".*"),
            Pattern.compile("CREATE UNIQUE INDEX .* ON " + TABLE + ".*"));

    private static final Pattern ALTER = Pattern.compile("ALTER TABLE " + TABLE + " (.*)");
    private static final List<Pattern> NARROWS = List.of(
            Pattern.compile("RENAME\\b.*"),
            Pattern.compile("DROP (?!CONSTRAINT|FOREIGN|UNIQUE|CHECK).*"),
            Pattern.compile("ADD (?:CONSTRAINT|UNIQUE|CHECK|FOREIGN|PRIMARY)\\b.*"),
            Pattern.compile("ADD (?!.*\\b(?:DEFAULT|GENERATED)\\b).*\\bNOT NULL\\b.*"),
            Pattern.compile("ADD .*\\b(?:UNIQUE|CHECK|REFERENCES|PRIMARY KEY)\\b.*"),
            Pattern.compile("ALTER (?:COLUMN )?+[\\w\"]+ (?:SET NOT NULL|NOT NULL|DROP DEFAULT).*"),
            // longer texts and numbers are wider; of other types nobody can tell
            Pattern.compile("ALTER (?:COLUMN )?+[\\w\"]+ (?:SET DATA )?TYPE (?!VARCHAR|TEXT|BIGINT).*"),
            Pattern.compile("ALTER (?:COLUMN )?+[\\w\"]+ (?:SET DATA )?TYPE .* USING .*"));

    private ExpandOnly() {}

    /** @throws MigrationException naming every statement that an older version may not survive */
    static void check(MigrationSet set) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> script : set.scripts().entrySet()) {
            for (String statement : contracting(script.getValue())) {
                problems.add(script.getKey() + ": " + statement);
            }
        }
        if (!problems.isEmpty()) {
            throw new MigrationException("The migrations of " + set.owner() + " would break its older version; expand"
                    + " first, and contract in a later release by a script with a line \"-- contracts: <reason>\": "
                    + String.join("; ", problems));
        }
    }

    private static List<String> contracting(String script) {
        List<String> found = new ArrayList<>();
        if (CONTRACTS.matcher(script).find()) {
            return found;
        }
        Set<String> own = new HashSet<>();
        for (String part : NOISE.matcher(script).replaceAll(" ").split(";")) {
            String statement = part.strip().replaceAll("\\s+", " ").toUpperCase(Locale.ROOT);
            Matcher created = CREATED.matcher(statement);
            if (created.matches()) {
                own.add(created.group(1));
            } else if (contracts(statement, own)) {
                found.add(part.strip().replaceAll("\\s+", " "));
            }
        }
        return found;
    }

    private static boolean contracts(String statement, Set<String> own) {
        for (Pattern pattern : TAKES_AWAY) {
            Matcher matcher = pattern.matcher(statement);
            if (matcher.matches()) {
                return !own.contains(matcher.group(1));
            }
        }
        Matcher alter = ALTER.matcher(statement);
        return alter.matches()
                && !own.contains(alter.group(1))
                && actions(alter.group(2)).stream().anyMatch(ExpandOnly::narrows);
    }

    private static boolean narrows(String action) {
        return NARROWS.stream().anyMatch(pattern -> pattern.matcher(action).matches());
    }

    /** PostgreSQL takes several actions in one statement; commas in parentheses separate none. */
    private static List<String> actions(String all) {
        List<String> actions = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < all.length(); i++) {
            char c = all.charAt(i);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                actions.add(all.substring(from, i).strip());
                from = i + 1;
            }
        }
        actions.add(all.substring(from).strip());
        return actions;
    }
}

using static MaskedVerify.Storage.ServerStatement;

namespace MaskedVerify.Storage;

/// <summary>The keys statements.</summary>
internal sealed partial class SqlServerSql
{
    private static IEnumerable<(ServerStatement Statement, string Body)> Keys() =>
    [
        (AddAliases, $"""
            INSERT INTO keys.alias_index (index_key, key_version, alias)
            SELECT u.index_key, u.key_version, u.alias FROM {Rows("index_key key, key_version int, alias key")}
            WHERE NOT EXISTS (SELECT 1 FROM keys.alias_index AS i {Held} WHERE i.index_key = u.index_key) {InOrder};
            """),
        (AddSubjects, $"""
            INSERT INTO keys.subject_keys (alias, tenant, version, wrapped, unseen_since)
            SELECT u.alias, u.tenant, u.version, u.wrapped, u.unseen_since FROM {Rows("index_key key, alias key, tenant text, version int, wrapped bytes, unseen_since bigint")}
            INNER JOIN keys.alias_index AS i ON i.index_key = u.index_key AND i.alias = u.alias
            WHERE NOT EXISTS (SELECT 1 FROM keys.subject_keys AS s {Held} WHERE s.alias = u.alias) {InOrder};
            """),
        (FindAliases, $"SELECT i.index_key, i.alias FROM {Rows("index_key key")} INNER JOIN keys.alias_index AS i ON i.index_key = u.index_key {InOrder};"),
        (DropSubjects, $"DELETE FROM s OUTPUT deleted.alias FROM {Rows("alias key")} INNER JOIN keys.subject_keys AS s ON s.alias = u.alias {InOrder};"),
        (DropAliases, $"DELETE FROM i OUTPUT deleted.alias FROM {Rows("alias key")} INNER JOIN keys.alias_index AS i ON i.alias = u.alias {InOrder};"),
        (ReadSubjects, $"SELECT s.alias, s.version, s.wrapped FROM {Rows("alias key")} INNER JOIN keys.subject_keys AS s ON s.alias = u.alias {InOrder};"),
        (FindUnseen, $"SELECT TOP (@most) tenant, alias FROM keys.subject_keys {Passing} WHERE unseen_since < @before ORDER BY unseen_since;"),
        (MarkSeen, $"""
            UPDATE s SET unseen_since = NULL FROM {Rows("alias key")} INNER JOIN keys.subject_keys AS s WITH (ROWLOCK) ON s.alias = u.alias
            WHERE s.unseen_since IS NOT NULL {InOrder};
            """),
        (AddNamedKeys, $"""
            INSERT INTO keys.named_keys (tenant, name, version, wrapped)
            SELECT u.tenant, u.name, u.version, u.wrapped FROM {Rows("tenant text, name text, version int, wrapped bytes")}
            WHERE NOT EXISTS (
                SELECT 1 FROM keys.named_keys AS k {Held} WHERE {Same("k", "tenant", "u")} AND {Same("k", "name", "u")} AND k.version = u.version) {InOrder};
            """),
        (ReadNamedKeys, $"""
            SELECT u.n, k.version, k.wrapped FROM {Rows("tenant text, name text, n int")}
            INNER JOIN keys.named_keys AS k ON {Same("k", "tenant", "u")} AND {Same("k", "name", "u")} {InOrder};
            """),
    ];
}

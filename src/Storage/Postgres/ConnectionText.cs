using Npgsql;

namespace Vantage.Storage.Postgres;

/// <summary>Connection strings of PostgreSQL as people write them: <c>Host=…;Database=…</c>, or <c>postgres://user:password@host:5432/database</c>.</summary>
public static class ConnectionText
{
    /// <summary>Whether a text is meant as one, and not as the path of a folder.</summary>
    public static bool IsOne(string text)
        => IsUri(text) || text.Split(';').Any(part => part.Contains('=') && part.Split('=')[0].Trim().ToUpperInvariant() is "HOST" or "SERVER");

    /// <summary>The text in the form of the driver.</summary>
    /// <exception cref="FormatException">It is not right; the message says what is, and shows no password.</exception>
    public static string Read(string text)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(IsUri(text) ? OfUri(new Uri(text)) : text);
            return read is { Host.Length: > 0, Database.Length: > 0 }
                ? read.ConnectionString
                : throw new FormatException("The connection string names no host, or no database: Host=…;Database=…;Username=…;Password=…");
        }
        catch (Exception wrong) when (wrong is ArgumentException or UriFormatException or KeyNotFoundException)
        {
            throw new FormatException($"The connection string does not read: {wrong.Message}", wrong);
        }
    }

    /// <summary>For messages: the database and the server, without user and password.</summary>
    public static string NameOf(string connectionString)
    {
        var read = new NpgsqlConnectionStringBuilder(connectionString);
        return $"{read.Database} on {read.Host}:{read.Port}";
    }

    private static bool IsUri(string text)
        => text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static string OfUri(Uri uri)
    {
        var user = uri.UserInfo.Split(':', 2);
        var read = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
        };
        if (user[0].Length > 0)
        {
            read.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            read.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            read[Uri.UnescapeDataString(parts[0])] = parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "";
        }

        return read.ConnectionString;
    }
}

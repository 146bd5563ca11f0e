using System.Text.Json;

namespace Vantage.Host.Access;

/// <summary>Which post holds which rights: data, shipped with the program and replaceable by <c>roles.json</c> in the data folder.</summary>
internal sealed class RoleTable
{
    public const string FileName = "roles.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    private readonly Dictionary<string, Role> _posts;
    private readonly Dictionary<string, Role> _tokens;

    private RoleTable(IEnumerable<Role> posts, IEnumerable<Role> tokens)
    {
        _posts = posts.ToDictionary(role => role.Key, StringComparer.Ordinal);
        _tokens = tokens.ToDictionary(role => role.Key, StringComparer.Ordinal);
    }

    public IReadOnlyCollection<Role> Posts => _posts.Values;

    /// <summary>The rights a token may be given: <c>positions</c>, <c>read</c>, <c>dispatch</c>, <c>admin</c>.</summary>
    public IReadOnlyCollection<string> TokenRights => _tokens.Keys;

    /// <summary>Reads the table of this installation.</summary>
    /// <exception cref="InvalidDataException">The file does not read, or names what does not exist: the message says all of it.</exception>
    public static RoleTable Load(string dataFolder)
    {
        var own = Path.Combine(dataFolder, FileName);
        if (File.Exists(own))
        {
            return Parse(File.ReadAllText(own), own);
        }

        using var shipped = new StreamReader(typeof(RoleTable).Assembly.GetManifestResourceStream("roles.json")!);
        return Parse(shipped.ReadToEnd(), FileName);
    }

    /// <inheritdoc cref="Load"/>
    public static RoleTable Parse(string json, string file)
    {
        RoleFile? read;
        try
        {
            read = JsonSerializer.Deserialize<RoleFile>(json, Json);
        }
        catch (JsonException unreadable)
        {
            throw new InvalidDataException($"{file}: {unreadable.Message}", unreadable);
        }

        var errors = Errors(read).ToList();
        return errors.Count == 0
            ? new RoleTable(read!.Posts!.Select(Read), read.Tokens!.Select(Read))
            : throw new InvalidDataException(string.Join(Environment.NewLine, errors.Select(error => $"{file}: {error}")));
    }

    /// <summary>The post as shown: its name and, for a post tied to a place, the place.</summary>
    public string NameOfPost(string post)
    {
        var (key, _) = Split(post);
        return _posts.TryGetValue(key, out var role) ? role.Name : key;
    }

    public bool IsPost(string post) => _posts.ContainsKey(Split(post).Key);

    /// <summary>The reach of each right of a post: empty for a post that is not in the table.</summary>
    public (IReadOnlyDictionary<string, Reach> Grants, string? Squad, string? Unit) OfPost(string post)
    {
        var (key, place) = Split(post);
        var grants = _posts.TryGetValue(key, out var role) ? role.Grants : Caller.Stranger.Grants;
        var isUnit = place?.Contains('/', StringComparison.Ordinal) ?? false;
        return (grants, isUnit ? null : place, isUnit ? place : null);
    }

    public IReadOnlyDictionary<string, Reach> OfToken(IEnumerable<string> rights)
    {
        var all = new Dictionary<string, Reach>(StringComparer.Ordinal);
        foreach (var right in rights)
        {
            foreach (var (name, reach) in _tokens.TryGetValue(right, out var role) ? role.Grants : Caller.Stranger.Grants)
            {
                all[name] = reach;
            }
        }

        return all;
    }

    private static (string Key, string? Place) Split(string post)
    {
        var at = post.IndexOf('@', StringComparison.Ordinal);
        return at < 0 ? (post, null) : (post[..at], post[(at + 1)..]);
    }

    private static Role Read(RoleRow row)
    {
        var grants = new Dictionary<string, Reach>(StringComparer.Ordinal);
        foreach (var text in row.Rights!)
        {
            if (text == "*")
            {
                foreach (var right in Rights.Grantable)
                {
                    grants[right] = Reach.Everything;
                }

                continue;
            }

            var (name, reach) = Split(text);
            grants[name] = ReachFrom(reach)!.Value;
        }

        return new Role(row.Key!, row.Name ?? row.Key!, grants);
    }

    private static Reach? ReachFrom(string? text) => text switch
    {
        null => Reach.Everything,
        "squad" => Reach.Squad,
        "unit" => Reach.Unit,
        _ => null,
    };

    private static IEnumerable<string> Errors(RoleFile? file)
    {
        if (file?.Posts is null || file.Tokens is null)
        {
            return ["needs the lists 'posts' and 'tokens'."];
        }

        return ErrorsOf("posts", file.Posts).Concat(ErrorsOf("tokens", file.Tokens));
    }

    private static IEnumerable<string> ErrorsOf(string list, IReadOnlyList<RoleRow> rows)
    {
        foreach (var row in rows)
        {
            if (row.Key is not { Length: > 0 } || row.Key.Contains('@', StringComparison.Ordinal) || row.Rights is null)
            {
                yield return $"every entry of '{list}' needs a 'key' without '@', and 'rights'.";
                continue;
            }

            foreach (var text in row.Rights.Where(text => text != "*"))
            {
                var (name, reach) = Split(text);
                if (!Rights.Grantable.Contains(name) || ReachFrom(reach) is null)
                {
                    yield return $"'{text}' in {list}/{row.Key} is no right; rights are {string.Join(", ", Rights.Grantable)}, optionally with @squad or @unit.";
                }
            }
        }

        foreach (var twice in rows.GroupBy(row => row.Key, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            yield return $"'{twice.Key}' is in '{list}' twice.";
        }
    }

    internal sealed record Role(string Key, string Name, IReadOnlyDictionary<string, Reach> Grants);

    private sealed record RoleFile(IReadOnlyList<RoleRow>? Posts, IReadOnlyList<RoleRow>? Tokens);

    private sealed record RoleRow(string? Key, string? Name, IReadOnlyList<string>? Rights);
}

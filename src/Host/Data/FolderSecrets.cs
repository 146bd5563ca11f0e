using System.Xml.Linq;
using Vantage.Host.Access;
using Vantage.Host.People;
using Vantage.Host.Records;
using Vantage.Host.Startup;

namespace Vantage.Host.Data;

/// <summary>What a data folder has in files of its own, and where it is when the data is in a database.</summary>
internal static class FolderSecrets
{
    /// <summary>What is read from the folder that the host is started in.</summary>
    public static IReadOnlyList<string> FilesBesideDatabase { get; } = [RoleTable.FileName, Themes.FileName];

    /// <summary>The keys of terminals and of sign-in, as settings of a database: terminals stay registered, and people signed in.</summary>
    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var authKey = Path.Combine(folder, Composition.AuthKeyName);
        if (File.Exists(authKey))
        {
            settings[Composition.AuthKeyName] = Convert.ToHexString(File.ReadAllBytes(authKey));
        }

        var keys = new DirectoryInfo(Path.Combine(folder, SharedKeys.Folder));
        foreach (var file in keys.Exists ? keys.GetFiles("*.xml") : [])
        {
            settings[SharedKeys.Prefix + Path.GetFileNameWithoutExtension(file.Name)] = SharedKeys.TextOf(XElement.Load(file.FullName));
        }

        return settings;
    }
}

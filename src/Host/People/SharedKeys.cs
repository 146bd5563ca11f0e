using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Vantage.Actors.People;

namespace Vantage.Host.People;

/// <summary>The keys that cookies are sealed with, beside the accounts: whoever signed in at one process is known to all that share them.</summary>
internal sealed class SharedKeys(IAccounts accounts) : IXmlRepository
{
    /// <summary>Before the name of each, in the settings of a database.</summary>
    public const string Prefix = "keys.";

    /// <summary>The folder of a data folder that has them instead, a file each.</summary>
    public const string Folder = "keys";

    // The framework asks from within synchronous code, at start and once a day.
    public IReadOnlyCollection<XElement> GetAllElements()
        => [.. accounts.ListSettingsAsync(Prefix).AsTask().GetAwaiter().GetResult().Select(text => XElement.Parse(text))];

    public void StoreElement(XElement element, string friendlyName)
        => accounts.WriteSettingAsync(Prefix + friendlyName, TextOf(element)).AsTask().GetAwaiter().GetResult();

    public static string TextOf(XElement key) => key.ToString(SaveOptions.DisableFormatting);
}

using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Vantage.Actors.People;

namespace Vantage.Host.People;

/// <summary>The keys that cookies are sealed with, beside the accounts: whoever signed in at one process is known to all that share them.</summary>
internal sealed class SharedKeys(IAccounts accounts) : IXmlRepository
{
    private const string Prefix = "keys.";

    // The framework asks from within synchronous code, at start and once a day.
    public IReadOnlyCollection<XElement> GetAllElements()
        => [.. accounts.ListSettingsAsync(Prefix).AsTask().GetAwaiter().GetResult().Select(text => XElement.Parse(text))];

    public void StoreElement(XElement element, string friendlyName)
        => accounts.WriteSettingAsync(Prefix + friendlyName, element.ToString(SaveOptions.DisableFormatting)).AsTask().GetAwaiter().GetResult();
}

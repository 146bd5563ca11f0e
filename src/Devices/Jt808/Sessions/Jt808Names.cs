using System.Collections.Frozen;
using System.Globalization;

namespace Vantage.Devices.Jt808.Sessions;

/// <summary>Names for tags, made once. Ids that nobody defined share one name, so that no peer can invent tags.</summary>
internal static class Jt808Names
{
    private static readonly FrozenDictionary<ushort, string> Ids = typeof(Jt808MessageId).GetFields()
        .Select(field => (ushort)field.GetRawConstantValue()!)
        .ToFrozenDictionary(id => id, id => id.ToString("x4", CultureInfo.InvariantCulture));

    private static readonly string[] Refusals = [.. Enum.GetValues<Jt808Refusal>().Select(refusal => refusal.ToString())];

    public static string Of(ushort messageId) => Ids.GetValueOrDefault(messageId, "other");

    public static string Of(Jt808Refusal refusal) => Refusals[(int)refusal];
}

using Vantage.Actors;
using Vantage.Actors.Units;
using Vantage.Host.Situations;
using Vantage.Host.Units;

namespace Vantage.Host.Imports;

/// <summary>Officers, vehicles and drones from a table.</summary>
internal sealed class UnitImport(Situation situation, string? kindOfAll)
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["officer"] = ActorKinds.Officer,
        ["队员"] = ActorKinds.Officer,
        ["执法队员"] = ActorKinds.Officer,
        ["人员"] = ActorKinds.Officer,
        ["vehicle"] = ActorKinds.Vehicle,
        ["执法车"] = ActorKinds.Vehicle,
        ["车辆"] = ActorKinds.Vehicle,
        ["drone"] = ActorKinds.Drone,
        ["无人机"] = ActorKinds.Drone,
    };

    private static readonly string[] Protocols = ["jt808", "osmand"];

    private readonly ILookup<string, string> _squadsByName = situation.Squads.All.ToLookup(squad => squad.Name, squad => squad.Key, StringComparer.Ordinal);

    public ImportPlan Plan(IReadOnlyList<ImportRow> rows)
    {
        var wanted = new List<Wanted>();
        var lineOf = new Dictionary<ActorId, int>();
        foreach (var row in rows)
        {
            if (Read(row) is { } read)
            {
                if (!lineOf.TryAdd(read.Id, row.Line))
                {
                    row.Wrong("key", "twice", $"Is in line {lineOf[read.Id]} too.", Line(lineOf[read.Id]));
                }

                wanted.Add(read);
            }
        }

        RefuseTakenDevices(wanted);
        var report = new ImportReport();
        var changes = new List<(ActorId, object)>();
        foreach (var row in rows.Where(row => !row.IsGood))
        {
            report.Fail(row);
        }

        foreach (var each in wanted.Where(each => each.Row.IsGood))
        {
            var effect = each.Before is not { IsRegistered: true } before ? ImportEffect.New
                : IsSame(before, each.Register) ? ImportEffect.Unchanged : ImportEffect.Changed;
            report.Count(effect);
            if (effect != ImportEffect.Unchanged)
            {
                changes.Add((each.Id, each.Register));
            }
        }

        return new ImportPlan(report, changes, []);
    }

    private Wanted? Read(ImportRow row)
    {
        if (!row.IsGood)
        {
            return null;
        }

        var kind = row.Word("kind", Kinds) ?? (row.IsGood ? kindOfAll : null);
        if (kind is null && row.IsGood)
        {
            row.Wrong("kind", "missing", "Is missing: give a column for it, or kind=officer for all.");
        }

        var plate = row.Text("plate", 20);
        var key = row.Key("key") ?? (row.IsGood ? plate : null); // A vehicle that has no other number goes by its plate.
        if (key is null && row.IsGood)
        {
            row.Wrong("key", "missing", "Is missing.");
        }

        var (name, squad) = (row.Text("name", 100, required: true), SquadOf(row));
        var devices = Protocols.ToDictionary(protocol => protocol, protocol => DevicesOf(row, protocol), StringComparer.Ordinal);
        if (!row.IsGood)
        {
            return null;
        }

        if (!ActorId.TryCreate(kind!, key!, out var id))
        {
            row.Wrong("key", "key", ActorId.FaultOf(key!) ?? "Is no key.", key);
            return null;
        }

        _ = situation.Units.TryGet(id, out var before);
        var known = before is { IsRegistered: true } ? before : null;
        var register = new RegisterUnit(
            name!,
            row.Has("squad") ? squad : known?.Squad,
            row.Has("plate") ? plate : known?.Plate,
            [.. Protocols.SelectMany(protocol => row.Has(protocol) ? devices[protocol] : known?.Devices.Where(device => device.Protocol == protocol) ?? [])]);
        if (register.Devices.Length > UnitEndpoints.MaxDevices)
        {
            row.Wrong("jt808", "list", $"With these the unit has more than {UnitEndpoints.MaxDevices} terminals.");
        }

        return new Wanted(row, id, before, register);
    }

    /// <summary>A squad by its key, or by the name that it has here.</summary>
    private string? SquadOf(ImportRow row)
    {
        if (row.Text("squad", 100) is not { } text)
        {
            return null;
        }

        if (_squadsByName[text].Take(2).ToList() is [var key])
        {
            return key;
        }

        if (ActorId.FaultOf(text) is { } fault)
        {
            row.Wrong("squad", "key", fault, text);
        }

        return text;
    }

    private static List<DeviceKey> DevicesOf(ImportRow row, string protocol)
    {
        var devices = row.Texts(protocol, UnitEndpoints.MaxDevices, 64).ConvertAll(key => new DeviceKey(protocol, key));
        if (devices.Find(device => !UnitEndpoints.IsDevice(device.Protocol, device.Key)) is { } wrong)
        {
            row.Wrong(protocol, "terminal", protocol == "jt808" ? "Must be a SIM number of 1 to 20 digits." : "Must have no invisible characters.", wrong.Key);
        }

        return devices;
    }

    /// <summary>
    /// No terminal reports for two units when all is done. A row that is refused for it leaves its unit the terminals that it has, which may be
    /// what another row asks for: so again, until no more is refused.
    /// </summary>
    private void RefuseTakenDevices(List<Wanted> wanted)
    {
        while (true)
        {
            var good = wanted.Where(each => each.Row.IsGood).ToList();
            var written = good.Select(each => each.Id).ToHashSet();
            var owners = new Dictionary<DeviceKey, (string Whose, string Value, ActorId Id)>();
            foreach (var unit in situation.Units.All.Where(unit => !written.Contains(unit.Id)))
            {
                foreach (var device in unit.Devices)
                {
                    owners[device.Normalised] = ($"{unit.Name} ({unit.IdText})", unit.Name, unit.Id);
                }
            }

            var isSettled = true;
            foreach (var each in good)
            {
                foreach (var device in each.Register.Devices)
                {
                    if (!owners.TryAdd(device.Normalised, ($"line {each.Row.Line}", Line(each.Row.Line), each.Id)) && owners[device.Normalised].Id != each.Id)
                    {
                        var (whose, value, _) = owners[device.Normalised];
                        each.Row.Wrong(device.Protocol, "taken", $"{device.Key} is the terminal of {whose}.", value);
                        isSettled = false;
                    }
                }
            }

            if (isSettled)
            {
                return;
            }
        }
    }

    private static bool IsSame(UnitInfo known, RegisterUnit register) => (known.Name, known.Squad, known.Plate) == (register.Name, register.Squad, register.Plate)
        && known.Devices.Select(device => device.Normalised).ToHashSet().SetEquals(register.Devices.Select(device => device.Normalised));

    private static string Line(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private sealed record Wanted(ImportRow Row, ActorId Id, UnitInfo? Before, RegisterUnit Register);
}

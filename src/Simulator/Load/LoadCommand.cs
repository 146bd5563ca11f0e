using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Vantage.Simulator.Load;

/// <summary>The command line of the load generator.</summary>
public static class LoadCommand
{
    private const int LargestFleet = 100_000;

    public static RootCommand Create(TextWriter output, TextWriter errors, TimeProvider clock)
    {
        var units = new Option<int>("--units") { Description = "How many units report.", DefaultValueFactory = _ => 100 };
        var rate = new Option<double>("--rate")
        {
            Description = "Reports a second, of all units together. 0: as fast as they are acknowledged. More than one a second and unit dates the reports from a week ago on, one second apart.",
            DefaultValueFactory = _ => 0,
        };
        var protocol = new Option<LoadProtocol>("--protocol") { Description = "jt808, osmand or json.", DefaultValueFactory = _ => LoadProtocol.Jt808 };
        var url = new Option<string>("--url") { Description = "The host.", DefaultValueFactory = _ => "http://127.0.0.1:5080" };
        var jt808 = new Option<string>("--jt808")
        {
            Description = "Where JT/T 808 terminals connect: address:port, or several of a cluster, separated by commas.",
            DefaultValueFactory = _ => "127.0.0.1:6808",
        };
        var outstanding = new Option<int>("--outstanding")
        {
            Description = "Unanswered reports a JT/T 808 connection.",
            DefaultValueFactory = _ => 10,
        };
        var connections = new Option<int>("--connections")
        {
            Description = "HTTP connections. JT/T 808 terminals have one each.",
            DefaultValueFactory = _ => 32,
        };
        var batch = new Option<int>("--batch") { Description = "Positions a request, with --protocol json.", DefaultValueFactory = _ => 100 };
        var duration = new Option<double>("--duration") { Description = "Seconds.", DefaultValueFactory = _ => 30 };
        var token = new Option<string?>("--token") { Description = "A bearer token that may register units and send positions." };
        var late = new Option<double>("--late") { Description = "Share of reports that are sent 5 to 60 reports late: 0.01 is one in a hundred." };
        var noRegister = new Option<bool>("--no-register") { Description = "The host knows the units already." };
        var allowRemote = new Option<bool>("--allow-remote") { Description = "Allow a host that is not this machine." };

        InRange(units, 1, LargestFleet);
        InRange(rate, 0, 10_000_000);
        InRange(outstanding, 1, 1000);
        InRange(connections, 1, 4096);
        InRange(batch, 1, 10_000);
        InRange(duration, 0.1, 86_400);
        InRange(late, 0, 1);

        var command = new RootCommand("Vantage's load generator: a fleet of devices that speaks the real protocols over real sockets.")
        {
            units, rate, protocol, url, jt808, outstanding, connections, batch, duration, token, late, noRegister, allowRemote,
        };
        command.Validators.Add(result =>
        {
            var mayBeRemote = result.GetValue(allowRemote);
            Check(result, url, ParseUrl, found => mayBeRemote || found.IsLoopback, "no http or https address, such as http://127.0.0.1:5080");
            Check(result, jt808, ParseEndPoints, found => mayBeRemote || found.All(one => IPAddress.IsLoopback(one.Address)), "no address and port, such as 127.0.0.1:6808");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new LoadOptions(
                parsed.GetValue(units), parsed.GetValue(rate), parsed.GetValue(protocol), ParseUrl(parsed.GetValue(url))!, ParseEndPoints(parsed.GetValue(jt808))!,
                parsed.GetValue(outstanding), parsed.GetValue(connections), parsed.GetValue(batch),
                TimeSpan.FromSeconds(parsed.GetValue(duration)), parsed.GetValue(token), parsed.GetValue(late), !parsed.GetValue(noRegister));
            try
            {
                return await new LoadRun(options, output, clock).RunAsync(cancellationToken) ? 0 : 1;
            }
            catch (LoadException exception)
            {
                await errors.WriteLineAsync(exception.Message);
                return 2;
            }
        });
        return command;
    }

    private static Uri? ParseUrl(string? text)
        => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static IPEndPoint[]? ParseEndPoints(string? text)
    {
        var found = (text ?? "").Split(',', StringSplitOptions.TrimEntries).Select(ParseEndPoint).ToArray();
        return found.Contains(null) ? null : [.. found.OfType<IPEndPoint>()];
    }

    private static IPEndPoint? ParseEndPoint(string? text)
    {
        const string ByName = "localhost:";
        var isByName = text?.StartsWith(ByName, StringComparison.OrdinalIgnoreCase) == true;
        return IPEndPoint.TryParse(isByName ? $"127.0.0.1:{text![ByName.Length..]}" : text ?? "", out var found) && found.Port > 0 ? found : null;
    }

    private static void Check<T>(CommandResult result, Option<string> option, Func<string?, T?> parse, Func<T, bool> isAllowed, string otherwise)
        where T : class
    {
        var text = result.GetValue(option);
        if (text is null)
        {
            return; // Not given: the default comes in later, and is right.
        }

        if (parse(text) is not { } found)
        {
            result.AddError($"{option.Name} is '{text}': {otherwise}.");
        }
        else if (!isAllowed(found))
        {
            result.AddError($"{option.Name} {text} is another machine. Say --allow-remote if it is yours to load.");
        }
    }

    private static void InRange<T>(Option<T> option, T low, T high)
        where T : struct, IComparable<T>
        => option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<T>() is var value && (value.CompareTo(low) < 0 || value.CompareTo(high) > 0))
            {
                result.AddError($"{option.Name} is {value}; from {low} to {high} is possible.");
            }
        });
}

using System.CommandLine;
using Vantage.Host.Data;
using Vantage.Host.Startup;

namespace Vantage.Host.Settings;

/// <summary>The command line of the host: reads it, starts the host, and turns what went wrong into one line a person can act on.</summary>
internal static class HostCommand
{
    public const int Refused = 2;

    public static async Task<int> RunAsync(
        string[] args, TextWriter output, TextWriter error, IRuntimeModule runtime, CancellationToken stop = default)
    {
        var demo = new Option<bool>("--demo")
        {
            Description = "Run a simulated fleet, in the data folder ./demo-data. Everything shown says 演示数据.",
        };
        var data = new Option<string?>("--data")
        {
            Description = "The folder of the embedded database (default: ./data), or a PostgreSQL connection string.",
            HelpName = "folder | connection string",
        };
        var urls = new Option<string?>("--urls")
        {
            Description = "Where to serve HTTP, several separated by ';' (default: http://127.0.0.1:5080; http://*:5080 is every interface).",
            HelpName = "addresses",
        };
        var certificate = new Option<string?>("--https-certificate")
        {
            Description = "The certificate for https addresses, a PFX or PEM file (default: one that the host makes, to be installed on phones once).",
            HelpName = "file",
        };
        var key = new Option<string?>("--https-key")
        {
            Description = "The private key to a PEM certificate that does not hold it.",
            HelpName = "file",
        };
        var jt808 = new Option<string?>("--jt808-port")
        {
            Description = "The TCP port for JT/T 808 terminals, 0 for none (default: 6808).",
            HelpName = "port",
        };
        var basemap = new Option<string?>("--basemap")
        {
            Description = "The base map under the wall's map: a PMTiles file, or an address of tiles such as http://maps.lan/{z}/{x}/{y}.png or a WMTS' with "
                + "{TileMatrix}, {TileRow} and {TileCol} (default: the built-in sketch).",
            HelpName = "file | address",
        };
        var basemapCrs = new Option<string?>("--basemap-crs")
        {
            Description = "What the base map's tiles are drawn in: wgs84 (default), cgcs2000 (which is taken for the same) or gcj02.",
            HelpName = "wgs84 | cgcs2000 | gcj02",
        };
        var cityGrid = new Option<string?>("--city-grid")
        {
            Description = "The grid that the city surveys in, as OGC well-known text (.wkt, .prj): imports then take coordinates in metres with crs=city.",
            HelpName = "file",
        };
        var root = new RootCommand(
            """
            Vantage (瞰城): live positions, hot zones, breaches and heat for a command centre.

            Every option may also come from appsettings.json (section Vantage, such as "jt808Port") or the environment
            (VANTAGE_DATA, VANTAGE_URLS, VANTAGE_JT808_PORT, VANTAGE_DEMO). Only there: VANTAGE_ADMIN_PASSWORD, VANTAGE_HTTPS_PASSWORD, VANTAGE_REGISTRATION
            (open | closed), VANTAGE_OFFLINE_AFTER (seconds), VANTAGE_MAX_UNITS, VANTAGE_TIME_ZONE, VANTAGE_HORIZON_DAYS, VANTAGE_KEEP_TRACKS_DAYS,
            VANTAGE_BASEMAP_LABEL, VANTAGE_BASEMAP_ATTRIBUTION, VANTAGE_BASEMAP_TONE (light | dark), VANTAGE_BASEMAP_MAX_ZOOM.
            """)
        {
            demo, data, urls, certificate, key, jt808, basemap, basemapCrs, cityGrid,
        };
        var own = runtime.Options
            .Select(option => new Option<string?>($"--{option.Name}") { Description = option.Description, HelpName = option.HelpName }).ToList();
        own.ForEach(root.Options.Add);
        var commands = new DataCommands(output, error, folderOrDatabase => TryRead(new(StringComparer.Ordinal) { ["data"] = folderOrDatabase }, error));
        foreach (var command in new[] { commands.Backup(), commands.Restore(), commands.Migrate(), commands.RebuildHeat(runtime) })
        {
            // Before the command it would be the host's, and the command would take another folder.
            command.Validators.Add(asked =>
            {
                if (root.Options.FirstOrDefault(option => asked.GetResult(option) is { Implicit: false }) is { } early)
                {
                    asked.AddError($"{early.Name} goes after '{command.Name}', not before it.");
                }
            });
            root.Subcommands.Add(command);
        }

        root.SetAction(async (parsed, cancelled) =>
        {
            var flags = new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["demo"] = parsed.GetValue(demo) ? "true" : null,
                ["data"] = parsed.GetValue(data),
                ["urls"] = parsed.GetValue(urls),
                ["https-certificate"] = parsed.GetValue(certificate),
                ["https-key"] = parsed.GetValue(key),
                ["jt808-port"] = parsed.GetValue(jt808),
                ["basemap"] = parsed.GetValue(basemap),
                ["basemap-crs"] = parsed.GetValue(basemapCrs),
                ["city-grid"] = parsed.GetValue(cityGrid),
            };
            foreach (var (option, flag) in runtime.Options.Zip(own))
            {
                flags[option.Name] = parsed.GetValue(flag);
            }

            if (TryRead(flags, error) is not { } settings)
            {
                return Refused;
            }

            return await HostRun.UntilStoppedAsync(settings, HostParts.On(runtime), output, error, stop);
        });

        var invocation = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // The host itself drains on SIGTERM.
        };
        return await root.Parse(args).InvokeAsync(invocation, CancellationToken.None);
    }

    private static HostSettings? TryRead(Dictionary<string, string?> flags, TextWriter error)
    {
        IConfiguration file;
        try
        {
            file = new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
                .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
                .Build();
        }
        catch (InvalidDataException unreadable)
        {
            error.WriteLine($"appsettings.json: {unreadable.Message} {unreadable.InnerException?.Message}".TrimEnd());
            return null;
        }

        var settings = new SettingsReader(flags, Environment.GetEnvironmentVariable, file).TryRead(out var errors);
        foreach (var line in errors)
        {
            error.WriteLine(line);
        }

        return settings;
    }
}

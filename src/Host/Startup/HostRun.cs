using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Vantage.Actors.Runtime;
using Vantage.Host.Certificates;
using Vantage.Host.Settings;

namespace Vantage.Host.Startup;

/// <summary>One run of the host: start, print the address, serve until SIGTERM or Ctrl+C, drain.</summary>
internal static class HostRun
{
    private const int Failed = 1;

    /// <returns>0 after an orderly stop; 1 when the start was refused or the cluster has removed the node, with one line that says what to do.</returns>
    public static async Task<int> UntilStoppedAsync(
        HostSettings settings, HostParts parts, TextWriter output, TextWriter error, CancellationToken stop)
    {
        try
        {
            PortProbe.Check(settings);
            await using var app = VantageApp.Build(settings, parts, output);
            try
            {
                await ServeAsync(app);
            }
            catch (OperationCanceledException)
            {
                // Told to stop while starting, or lost by the cluster.
            }

            if (app.Services.GetRequiredService<IHostedRuntime>().Failure is { } lost)
            {
                await error.WriteLineAsync(lost);
                return Failed;
            }

            return 0;
        }
        catch (Exception refused) when (Explain(refused, settings) is not null)
        {
            await error.WriteLineAsync(Explain(refused, settings));
            return Failed;
        }

        async Task ServeAsync(WebApplication app)
        {
            await app.StartAsync(stop);
            foreach (var line in PhoneInvitation.Lines(settings, FirstPort(app), app.Services.GetRequiredService<HttpsHolder>().Identity, LanAddresses.All()))
            {
                await output.WriteLineAsync(line);
            }

            await output.WriteLineAsync(settings.Addresses[0].Link(FirstPort(app))); // Last: programs that start a host wait for it.
            await output.FlushAsync(stop);
            await app.WaitForShutdownAsync(stop);
        }
    }

    public static int FirstPort(WebApplication app)
        => new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

    private static string? Explain(Exception refused, HostSettings settings) => refused switch
    {
        StartRefusedException => refused.Message,
        InvalidDataException => refused.Message,
        IOException { InnerException: AddressInUseException } => PortInUse(refused.Message, settings),
        // The framework has no type of its own for this.
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } when settings.Addresses.Any(address => address.IsHttps)
            => "The certificate in appsettings.json, Kestrel:Certificates:Default (Path, Password), cannot be used: correct it, or name one with --https-certificate.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "This port needs more rights: choose one above 1023 with --urls or --jt808-port.",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "This machine does not have that address: choose another with --urls.",
        UnauthorizedAccessException or IOException => settings.Database is null
            ? $"{settings.DataFolder}: {refused.Message} Choose another folder with --data."
            : refused.Message,
        _ => null,
    };

    private static string PortInUse(string message, HostSettings settings)
    {
        var isJt808 = settings.Jt808Port > 0 && message.Contains($":{settings.Jt808Port}", StringComparison.Ordinal)
            && settings.Addresses.All(address => address.Port != settings.Jt808Port);
        if (isJt808)
        {
            return $"Port {settings.Jt808Port} is in use: choose another for JT/T 808 with --jt808-port {settings.Jt808Port + 1} (0 for none).";
        }

        var address = settings.Addresses.FirstOrDefault(address => message.Contains($":{address.Port}", StringComparison.Ordinal))
            ?? settings.Addresses[0];
        return $"Port {address.Port} is in use: choose another with --urls {(address with { Port = address.Port + 1 }).Link(address.Port + 1)}";
    }
}

using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Vantage.Actors.Runtime;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Host.Access;
using Vantage.Host.Areas;
using Vantage.Host.Basemaps;
using Vantage.Host.Breaches;
using Vantage.Host.Cameras;
using Vantage.Host.Certificates;
using Vantage.Host.Equipment;
using Vantage.Host.Exports;
using Vantage.Host.Heat;
using Vantage.Host.Imports;
using Vantage.Host.Incidents;
using Vantage.Host.Motion;
using Vantage.Host.Officers;
using Vantage.Host.People;
using Vantage.Host.Positions;
using Vantage.Host.Records;
using Vantage.Host.Replays;
using Vantage.Host.RollCalls;
using Vantage.Host.Settings;
using Vantage.Host.Squads;
using Vantage.Host.Stages;
using Vantage.Host.Telemetry;
using Vantage.Host.Terminals;
using Vantage.Host.Tours;
using Vantage.Host.Tracks;
using Vantage.Host.Units;
using Vantage.Host.Video;
using Vantage.Host.Wall;
using Vantage.Host.WallScreens;
using Vantage.Host.Web;
using Vantage.Host.Zones;
using Vantage.Storage;

namespace Vantage.Host.Startup;

/// <summary>Builds the web application from the settings and the parts it stands on.</summary>
internal static class VantageApp
{
    /// <summary>How long connections may take to end after SIGTERM; the process itself has 10 s.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Connections that may wait to be accepted; the system may allow fewer. Where a fleet comes back at once, what finds no room in Kestrel's own 512 is
    /// dropped unanswered, and tried again by the terminal's system after 1 s, 3 s, 7 s.
    /// </summary>
    private const int WaitingConnections = 16_384;

    public static WebApplication Build(HostSettings settings, HostParts parts, TextWriter output)
    {
        if (settings.Database is null)
        {
            Directory.CreateDirectory(settings.DataFolder);
        }

        var webRoot = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "Vantage.Host",
            ContentRootPath = AppContext.BaseDirectory,
            WebRootPath = Directory.Exists(webRoot) ? webRoot : null,
            EnvironmentName = Environments.Production,
        });
        AddLogging(builder);
        // A certificate in Kestrel's own settings counts as before.
        var https = builder.Configuration.GetSection("Kestrel:Certificates:Default").Exists() ? null : HttpsIdentity.Of(settings, TimeProvider.System);
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, settings, https));
        builder.WebHost.UseSockets(sockets => sockets.Backlog = WaitingConnections);

        var services = builder.Services;
        services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = DrainTime);
        services.AddSingleton(settings);
        services.AddSingleton(new HttpsHolder(https));
        services.AddSingleton(new StartupOutput(output));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<StorageRefusalLog>();
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
            json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping; // 沪A12345 stays readable; nothing is put into HTML.
        });
        services.AddOpenApi();
        parts.Add(services, settings);
        services.AddPeople(settings);

        services.AddTelemetry();
        services.AddWall();
        services.AddWallFiles();
        services.AddSingleton<EquipmentReport>();
        services.AddSingleton<Adoption>();
        services.AddSingleton<Importer>();
        services.AddSingleton<AreaBook>();
        services.AddRecords(settings);
        services.AddHeat();
        services.AddVideo();
        services.AddBasemap(settings);

        var app = builder.Build();
        UsePipeline(app);
        MapEndpoints(app);
        return app;
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseAnswersBeforeLimits();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = AnswerFailureAsync,
            // The sender's mistake is no news; what storage refuses is logged below, at a pace.
            SuppressDiagnosticsCallback = failed => failed.Exception is Microsoft.AspNetCore.Http.BadHttpRequestException || IsStorageRefusal(failed.Exception),
        });
        app.UseStatusCodePages(status => Problems.ForStatus(status.HttpContext.Response.StatusCode).ExecuteAsync(status.HttpContext));
        app.UseSecurityHeaders();
        app.UseWallFiles();
        app.UseRouting();
        app.UseSameSiteOnly();
        app.UsePlainBodiesOnly();
        app.UseAuthentication();
        app.UseMiddleware<AccessMiddleware>();
        app.UseRateLimiter();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapSession();
        app.MapTokens();
        app.MapAccounts();
        app.MapHealth();
        app.MapMetrics();
        app.MapUnits();
        app.MapUnclaimedTerminals();
        app.MapImports();
        app.MapTracks();
        app.MapReplays();
        app.MapStages();
        app.MapWallScreens();
        app.MapIncidents();
        app.MapDetections();
        app.MapOfficer();
        app.MapAuthority();
        app.MapMotion();
        app.MapExports();
        app.MapPositions();
        app.MapZones();
        app.MapBreaches();
        app.MapHeat();
        app.MapRecords();
        app.MapAreas();
        app.MapCameras();
        app.MapVideo();
        app.MapTours();
        app.MapRollCalls();
        app.MapEquipment();
        app.MapSquads();
        app.MapWall();
        app.MapBasemap();
        app.MapOpenApi("/openapi/{documentName}.json").IsOpen("It describes the API and holds no data.");
    }

    private static void Listen(KestrelServerOptions kestrel, HostSettings settings, HttpsIdentity? https)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = Bodies.Ordinary; // Endpoints that take more raise it for themselves.
        kestrel.Limits.KeepAliveTimeout = settings.KeepAlive;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(10));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(240, TimeSpan.FromSeconds(10));
        foreach (var address in settings.Addresses)
        {
            void Configure(ListenOptions listen)
            {
                listen.KeepOutputFair(settings.WriteTimeout, TimeProvider.System);
                if (address.IsHttps && https is not null)
                {
                    listen.UseHttps(options => (options.ServerCertificate, options.ServerCertificateChain) = (https.Certificate, https.Intermediates));
                }
                else if (address.IsHttps)
                {
                    listen.UseHttps();
                }
            }

            if (address.Address is null)
            {
                kestrel.ListenAnyIP(address.Port, Configure);
            }
            else
            {
                kestrel.Listen(address.Address, address.Port, Configure);
            }
        }

        if (settings.Jt808Port > 0)
        {
            // Terminals come from outside; the demonstration's come from here.
            kestrel.Listen(
                settings.Demo ? IPAddress.Loopback : IPAddress.Any, settings.Jt808Port, listen => listen.UseConnectionHandler<Jt808ConnectionHandler>());
        }
    }

    /// <summary>What nobody foresaw is logged with its stack by the framework; the caller learns only that it was our fault.</summary>
    private static Task AnswerFailureAsync(HttpContext context) => context.Features.Get<IExceptionHandlerFeature>()?.Error switch
    {
        Microsoft.AspNetCore.Http.BadHttpRequestException bad => Problems.ForStatus(bad.StatusCode).ExecuteAsync(context),
        DamagedStorageException damaged => AnswerDamageAsync(context, damaged),
        { } refused when IsStorageRefusal(refused) => AnswerStorageRefusalAsync(context, refused),
        TimeoutException => Problems.Behind(TimeSpan.FromSeconds(2)).ExecuteAsync(context),
        _ => Problems.ForStatus(StatusCodes.Status500InternalServerError).ExecuteAsync(context),
    };

    private static bool IsStorageRefusal(Exception error) => error is IOException or ActorFailedException { InnerException: IOException };

    private static Task AnswerStorageRefusalAsync(HttpContext context, Exception refused)
    {
        context.RequestServices.GetRequiredService<StorageRefusalLog>().Refused(context.Request, StatusCodes.Status503ServiceUnavailable, refused);
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return (isRead ? Problems.StorageUnread() : Problems.StorageRefused()).ExecuteAsync(context);
    }

    private static Task AnswerDamageAsync(HttpContext context, DamagedStorageException damaged)
    {
        context.RequestServices.GetRequiredService<StorageRefusalLog>().Refused(context.Request, StatusCodes.Status500InternalServerError, damaged);
        return Problems.Damaged(damaged.Part).ExecuteAsync(context);
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.UseUtcTimestamp = true;
            console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
        });
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace); // Standard output is for the address alone.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.StaticFiles", LogLevel.Error); // A host without the wall is no mistake.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical); // A start that fails is explained in one line.
        builder.Logging.AddFilter("Microsoft.AspNetCore.SignalR", LogLevel.Critical); // What a screen did wrong, the hub says in one line.
        builder.Logging.AddFilter("Vantage.Host.People.BearerHandler", LogLevel.Warning);
        builder.Logging.AddFilter("System", LogLevel.Warning);
    }
}

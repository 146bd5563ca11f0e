using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Vantage.Actors.People;
using Vantage.Host.Access;
using Vantage.Host.Settings;
using Vantage.Host.WallScreens;
using Vantage.Host.Web;

namespace Vantage.Host.People;

internal static class PeopleServices
{
    public const string SignInRate = "sign-in";
    public const string ScreenCodeRate = "screen-codes";
    private const string EitherScheme = "either";

    /// <summary>Sign-in by cookie for people and by bearer token for programs, and the rights of both.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton(_ => RoleTable.Load(settings.DataFolder));
        services.AddSingleton<AccountBook>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<CallerDirectory>();
        services.AddSingleton<AccessRecord>();
        services.AddSingleton<ScreenCodes>();
        services.AddHostedService<FirstAccounts>();

        var protection = services.AddDataProtection().SetApplicationName("Vantage");
        if (settings.Database is null)
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(settings.DataFolder, SharedKeys.Folder)));
        }
        else
        {
            services.AddOptions<KeyManagementOptions>().Configure<IAccounts>((keys, accounts) => keys.XmlRepository = new SharedKeys(accounts));
        }

        services.AddAuthentication(EitherScheme)
            .AddPolicyScheme(EitherScheme, null, scheme => scheme.ForwardDefaultSelector = context
                => BearerHandler.TokenOf(context.Request) is null && ScreenCookie.Of(context.Request) is null ? CookieAuthenticationDefaults.AuthenticationScheme : BearerHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null)
            .AddCookie(cookie =>
            {
                cookie.Cookie.Name = "vantage";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Strict;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = CallerDirectory.SessionLength;
                cookie.SlidingExpiration = true;
                cookie.Events.OnRedirectToLogin = Answer(StatusCodes.Status401Unauthorized);
                cookie.Events.OnRedirectToAccessDenied = Answer(StatusCodes.Status403Forbidden);
            });
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = (rejected, _) => new ValueTask(Problems.TooManyAttempts(TimeSpan.FromMinutes(1)).ExecuteAsync(rejected.HttpContext));
            limiter.AddPolicy(SignInRate, context => PerMinute(context, settings.SignInsPerMinute));
            limiter.AddPolicy(ScreenCodeRate, context => PerMinute(context, ScreenCodes.PerMinute));
        });
        return services;
    }

    private static RateLimitPartition<string> PerMinute(HttpContext context, int most) => RateLimitPartition.GetFixedWindowLimiter(
        context.Connection.RemoteIpAddress?.ToString() ?? "",
        _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = TimeSpan.FromMinutes(1) });

    private static Func<RedirectContext<CookieAuthenticationOptions>, Task> Answer(int status) => redirect =>
    {
        redirect.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}

using Vantage.Actors.People;
using Vantage.Host.Settings;

namespace Vantage.Host.People;

/// <summary>Before the first request: loads the accounts, makes the first administrator, and keeps demonstration and real data apart.</summary>
internal sealed class FirstAccounts(
    AccountBook book, IAccounts accounts, SignIn signIn, HostSettings settings, StartupOutput output) : IHostedService
{
    private const string KindOfData = "data.kind";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await book.LoadAsync(cancellationToken);
        await CheckKindOfDataAsync(cancellationToken);
        if (settings.Demo)
        {
            foreach (var (user, name, post) in DemoPosts.All.Where(post => book.FindAccount(post.User) is null))
            {
                await book.SaveAsync(new Account(user, name, post, signIn.Hash(Secrets.NewPassword()), 0, null), cancellationToken);
            }
        }

        if (!book.Accounts.Any(account => !DemoPosts.Has(account.User)))
        {
            var password = settings.AdminPassword ?? Secrets.NewPassword();
            await book.SaveAsync(new Account("admin", "系统管理员", "admin", signIn.Hash(password), 0, null), cancellationToken);
            if (settings.AdminPassword is null)
            {
                output.Line($"First start: sign in as admin with the password {password} (shown this once).");
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <exception cref="StartRefusedException">The folder holds the other kind of data.</exception>
    private async Task CheckKindOfDataAsync(CancellationToken cancelled)
    {
        var wanted = settings.Demo ? "demo" : "real";
        var found = await accounts.ReadSettingAsync(KindOfData, cancelled);
        if (found is null && settings.Demo && book.Accounts.Count > 0)
        {
            found = "real"; // Accounts without a marker: somebody's installation.
        }

        if (found is not null && found != wanted)
        {
            throw new StartRefusedException(settings.Demo
                ? $"{settings.DataFolder} holds real data: the demonstration will not touch it. Give another folder with --data."
                : $"{settings.DataFolder} holds demonstration data. Start with --demo, or give another folder with --data.");
        }

        if (found is null)
        {
            await accounts.WriteSettingAsync(KindOfData, wanted, cancelled);
        }
    }
}

using Vantage.Actors.People;

namespace Vantage.Storage.Tests.Contract;

/// <summary>What every store of accounts must do.</summary>
public abstract class AccountsContract(StoreFixture store) : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    private IAccounts Accounts => store.Accounts;

    public void Dispose()
    {
        store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(DisplayName = "Accounts are found by user, listed by user, and replaced when saved again")]
    public async Task Accounts_are_kept()
    {
        var admin = new Account("admin", "管理员", "administrator", "hash", 0, null);
        var locked = new Account("0132", "王", "officer", "other", 5, Now.AddTicks(7));
        await Accounts.SaveAccountAsync(admin);
        await Accounts.SaveAccountAsync(locked);
        await Accounts.SaveAccountAsync(admin with { FailedAttempts = 2 });
        store.Reopen();

        Assert.Equal([locked, admin with { FailedAttempts = 2 }], await Accounts.ListAccountsAsync());
        Assert.Equal(locked, await Accounts.FindAccountAsync("0132"));
        Assert.Null(await Accounts.FindAccountAsync("Admin"));
    }

    [Fact(DisplayName = "Tokens are listed with their rights, and deleted once")]
    public async Task Tokens_are_kept()
    {
        await Accounts.SaveTokenAsync(new ApiToken("t1", "AI box", ["positions", "read"], "secret", Now, "admin"));
        store.Reopen();
        var token = Assert.Single(await Accounts.ListTokensAsync());
        Assert.Equal(("t1", "AI box", "secret", Now, "admin"), (token.Id, token.Name, token.SecretHash, token.CreatedAt, token.CreatedBy));
        Assert.Equal(["positions", "read"], token.Rights);
        Assert.True(await Accounts.DeleteTokenAsync("t1"));
        Assert.False(await Accounts.DeleteTokenAsync("t1"));
        Assert.Empty(await Accounts.ListTokensAsync());
    }

    [Fact(DisplayName = "The audit is read newest first, page by page, each entry once")]
    public async Task Audit_is_paged()
    {
        await Task.WhenAll(Enumerable.Range(0, 25).Select(i => Accounts.AuditAsync(
            new AuditEntry(0, Now.AddSeconds(i), $"user{i}", i % 2 == 0 ? null : "post", "tracks.read", "vehicle/1", i % 3 == 0 ? null : "detail", i % 5 != 0)).AsTask()));
        store.Reopen();
        List<AuditEntry> all = [];
        for (long? before = null; ; before = all[^1].Id)
        {
            var page = await Accounts.ReadAuditAsync(10, before);
            all.AddRange(page);
            if (page.Count < 10)
            {
                break;
            }
        }

        Assert.Equal(25, all.Select(entry => entry.Who).Distinct().Count());
        Assert.Equal(all.Select(entry => entry.Id).OrderDescending(), all.Select(entry => entry.Id));
        var seventh = all.Single(entry => entry.Who == "user7");
        Assert.Equal(new AuditEntry(seventh.Id, Now.AddSeconds(7), "user7", "post", "tracks.read", "vehicle/1", "detail", true), seventh);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Accounts.ReadAuditAsync(0).AsTask());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Accounts.ReadAuditAsync(1001).AsTask());
    }

    [Fact(DisplayName = "Settings survive, and are replaced when written again")]
    public async Task Settings_are_kept()
    {
        Assert.Null(await Accounts.ReadSettingAsync("key"));
        await Accounts.WriteSettingAsync("key", "one");
        await Accounts.WriteSettingAsync("key", "two");
        store.Reopen();
        Assert.Equal("two", await Accounts.ReadSettingAsync("key"));
    }

    [Fact(DisplayName = "Of many that keep a setting at once one is kept, and all are given that one; settings are listed by the beginning of their names")]
    public async Task One_setting_is_kept()
    {
        var kept = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Accounts.KeepSettingAsync("first%_", $"value{i}").AsTask())));

        Assert.Single(kept.Distinct());
        Assert.Equal(kept[0], await Accounts.ReadSettingAsync("first%_"));
        await Accounts.WriteSettingAsync("key.b", "二");
        await Accounts.WriteSettingAsync("key.a", "一");
        await Accounts.WriteSettingAsync("keys", "no");
        Assert.Equal(["一", "二"], await Accounts.ListSettingsAsync("key."));
        Assert.Empty(await Accounts.ListSettingsAsync("first%%"));
    }
}

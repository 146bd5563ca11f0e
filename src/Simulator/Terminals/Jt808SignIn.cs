using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;

namespace Vantage.Simulator.Terminals;

/// <summary>The platform knows the terminal not, or not by this code.</summary>
public sealed class Jt808RefusedException(string message) : IOException(message);

/// <summary>How a terminal introduces itself: once by its papers, and on every connection by the code it was given then.</summary>
internal static class Jt808SignIn
{
    private const ushort Shanghai = 31;
    private const ushort Changning = 105;
    private const byte White = 4;

    /// <returns>The authentication code.</returns>
    /// <exception cref="Jt808RefusedException">The platform will not have this terminal.</exception>
    public static async Task<string> RegisterAsync(Jt808Link link, string phone, string plate, CancellationToken cancellationToken)
    {
        var registration = new Jt808Registration(Shanghai, Changning, "VNTGE", "V-SIM", phone[^7..], White, plate);
        var body = new byte[registration.MaxLength];
        var answer = await link.AskAsync(Jt808MessageId.Register, body.AsMemory(0, registration.Write(body, link.Form)), cancellationToken);
        return answer is { Result: Jt808Result.Ok, AuthCode: { } code }
            ? code
            : throw new Jt808RefusedException($"The platform refused to register the terminal {phone}.");
    }

    /// <exception cref="Jt808RefusedException">The code is not, or no longer, good.</exception>
    public static async Task AuthenticateAsync(Jt808Link link, string phone, string code, CancellationToken cancellationToken)
    {
        var authentication = new Jt808Authentication(code, phone.PadLeft(15, '0'), "1.0");
        var body = new byte[authentication.MaxLength];
        var answer = await link.AskAsync(Jt808MessageId.Authenticate, body.AsMemory(0, authentication.Write(body, link.Form)), cancellationToken);
        if (answer.Result != Jt808Result.Ok)
        {
            throw new Jt808RefusedException($"The platform refused the authentication code of the terminal {phone}.");
        }
    }
}

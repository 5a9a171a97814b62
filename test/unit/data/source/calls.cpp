// Every call that is to be found says after it what it names.
#include <QMutex>
#include <QSharedMemory>
#include <boost/interprocess/managed_shared_memory.hpp>
#include <memory>

using namespace boost::interprocess;
namespace bip = boost::interprocess;
using namespace Qt::StringLiterals;
constexpr auto kKey = QLatin1StringView("constant");

void qt(const QString& key, QSystemSemaphore& other, QObject* parent) {
  QSharedMemory a("key");                               //= qt-key key
  QSharedMemory b{QStringLiteral("literal"), parent};   //= qt-key literal
  QSharedMemory c(u"suffix"_s), d(QString("no type"));  //= qt-key suffix
  auto e = new QSharedMemory(QLatin1String("new"));     //= qt-key new
  auto f = std::make_unique<QSharedMemory>("made");     //= qt-key made
  QSharedMemory g(kKey);                                //= qt-key constant
  QSharedMemory h(QString::fromUtf8(u8"\u5171享"));     //= qt-key 共享
  QSharedMemory i(R"x(raw "\n)x");                      //= qt-key raw "\n
  QSharedMemory j(QString("arg%1").arg(1)), k(key), l(parent);
  a.setKey("set");                   //= qt-key set
  e->setKey(QStringLiteral("far"));  //= qt-key far
  m_member.setKey("member");         //= qt-key member
  other.setKey("semaphore");
  a.setNativeKey("/tmp/native");                                         //= qt-native /tmp/native
  a.setNativeKey("/posix", QNativeIpcKey::Type::PosixRealtime);          //= posix-name /posix
  a.setNativeKey("/tmp/systemv", QNativeIpcKey::Type::SystemV);          //= key-file /tmp/systemv 81
  a.setNativeKey("section", QNativeIpcKey::Type::Windows);               //= windows-name section
  a.setNativeKey(QSharedMemory::platformSafeKey("safe"));                //= qt-safe safe
  a.setNativeKey(QSharedMemory::legacyNativeKey("legacy"));              //= qt-key legacy
  a.setNativeKey(QNativeIpcKey::fromString("posix:/x?legacyKey=k"_L1));  //= native-key posix:/x?legacyKey=k
  QSharedMemory n(QNativeIpcKey("/typed"));                              //= posix-name /typed
  other.setNativeKey(QSystemSemaphore::platformSafeKey("of a semaphore"));  // not memory
  int big = 1'000'000;
  char quote = '\'';
  QSharedMemory o("after separators");  //= qt-key after separators
}

/* QSharedMemory commented("no"); */
const char* text = R"(QSharedMemory raw("no");)";

void others() {
  managed_shared_memory a(create_only, "Managed", 65536);                    //= posix-name Managed
  boost::interprocess::shared_memory_object b(bip::open_only, "object", x);  //= posix-name object
  bip::managed_shared_memory c{bip::open_or_create, "braces", 1024};         //= posix-name braces
  auto d = std::make_shared<shared_memory_object>(open_only, "made", x);     //= posix-name made
  shared_memory_object::remove("gone");                                      //= posix-name gone
  managed_shared_memory e(open_only, std::string("text").c_str());           //= posix-name text
  managed_shared_memory f(named, "no mode");
  bip::windows_shared_memory g(create_only, "section", x, 10);          //= windows-name section
  CreateFileMapping(x, 0, PAGE_READWRITE, 0, 10, TEXT("Local\\mine"));  //= windows-name Local\mine
  OpenFileMappingW(FILE_MAP_READ, FALSE, L"wide");                      //= windows-name wide
  CreateFileMappingA(file, 0, PAGE_READWRITE, 0, 0, NULL);
}
